const mask = '***';
const secretName = /secret|token|passw(?:or)?d|passphrase|credential|key|signature|(?:^|[_.-])pass$|[_.-]pwd$/i;
const proxyName = /proxy$/i;

/** Lengths from which a text in the place of a user name is taken for an access token. */
const tokenLength = 20;

/**
 * A URL, with `***` for its secrets: the password, a token in place of the user name, and query parameters whose
 * name says secret. `user:password@host`, as proxies are written without a scheme, is a URL here too.
 */
export function redactUrl(text: string): string {
  return redactText(text).replace(/^([^\s/:@]+):[^\s/@]+@(?=[^\s@]+$)/, `$1:${mask}@`);
}

/**
 * A text of any size, with the secrets of every URL in it replaced. Linear in the text's length, whatever it holds: each
 * pattern begins at `://` and is bounded.
 */
export function redactText(text: string): string {
  return text
    .replace(/:\/\/([^\s/?#"<>]*)@/g, (_, userInfo: string) => `://${redactUserInfo(userInfo)}@`)
    .replace(passwordWithSlash, `$1${mask}@`)
    .replace(/:\/\/[^\s"<>]+/g, redactQuery);
}

/** A `/`, `?` or `#` in a password must be escaped; where it isn't, what follows the user isn't a port number. */
const passwordWithSlash =
  /(:\/\/[^\s/?#:@"<>[\]]{1,256}:)(?!\d*(?:[/?#\s"]|$))[^\s@/?#"<>]{0,256}[/?#][^\s"<>]{0,256}@/g;

function redactUserInfo(userInfo: string): string {
  const colon = userInfo.indexOf(':');
  const user = colon === -1 ? userInfo : userInfo.slice(0, colon);
  const password = colon === -1 ? '' : userInfo.slice(colon + 1);
  // GitHub takes a token as user name with this word, or nothing, as its password.
  const isToken = user.length >= tokenLength || password === 'x-oauth-basic';
  return (isToken ? mask : user) + (password === '' ? '' : `:${mask}`);
}

function redactQuery(url: string): string {
  return url.replace(/([?&])([^=&#]{1,64})=([^&#']+)/g, (whole: string, mark: string, name: string) =>
    secretName.test(name) ? `${mark}${name}=${mask}` : whole,
  );
}

/** The value of an environment variable, for eyes: `***` when its name says secret or it is a proxy with a password. */
export function redactEnv(name: string, value: string): string {
  if (value !== '' && secretName.test(name)) return mask;
  const shown = redactUrl(value);
  return proxyName.test(name) && shown !== value ? mask : shown;
}

/** The passwords of a text's URLs, as they are written and as they are meant. */
export function passwordsIn(text: string): string[] {
  return [...text.matchAll(password)].flatMap(([, written = '']) => [written, decoded(written)]);
}

const password = /(?::\/\/|^)[^\s/?#:@"<>]{0,256}:(?!\d*[/?#])([^\s"<>]{1,1024})@(?=[^\s@/])/g;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { StiError } from '../../errors.ts';
import { redactUrl } from '../../protocol/redact.ts';
import type { Settings } from './confined.ts';

/** A user and password that stood in a URL. */
export interface Login {
  /** `https://host:port`: what they are for, and nothing else. */
  readonly origin: string;
  readonly user: string;
  readonly password: string;
}

/**
 * Takes the login out of a git URL. On a command line every user of the machine could read it, and git would keep it in
 * the clone. A user name alone stays, unless it is so long that it is a token.
 * @throws StiError `source` when it holds what can't be handed on to git
 */
export function splitLogin(url: string): { readonly url: string; readonly login?: Login } {
  const isHttp = /^https?:\/\//i.test(url);
  if (isHttp && !URL.canParse(url)) {
    throw new StiError('source', `${redactUrl(url)} is not a URL`, {
      hint: 'In a user name or a password, write / as %2F, ? as %3F, # as %23 and @ as %40.',
    });
  }
  const [, scheme = '', userInfo = '', rest = ''] = /^([a-z][a-z\d+.-]*:\/\/)([^/?#]*)@(.*)$/is.exec(url) ?? [];
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(userInfo) ?? [];
  const isPublic = redactUrl(`${scheme}${userInfo}@host`) === `${scheme}${userInfo}@host`;
  if (scheme === '' || isPublic) return { url };
  // Only HTTP has passwords: ssh and git:// would take one for a part of the user's name.
  if (!isHttp) return { url: `${scheme}${user === '' ? '' : `${user}@`}${rest}` };
  const login = { user: decode(user, url), password: decode(password, url) };
  return { url: scheme + rest, login: { origin: new URL(scheme + rest).origin, ...login } };
}

/** A helper of our own alone answers for this server: no other one hears the password, or is asked to keep it. */
export function loginSettings(login: Login | undefined): Settings {
  if (login === undefined) return [];
  const helper = `credential.${login.origin}.helper`;
  return [
    [helper, ''],
    [helper, '!printf "username=%s\\npassword=%s\\n" "$STI_GIT_USER" "$STI_GIT_PASSWORD"; :'],
  ];
}

export function loginVariables(login: Login | undefined): Record<string, string> {
  return login === undefined ? {} : { STI_GIT_USER: login.user, STI_GIT_PASSWORD: login.password };
}

function decode(text: string, url: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    decoded = text;
  }
  if (!/[\0-\x1f]/.test(decoded)) return decoded;
  throw new StiError('source', `the login in ${redactUrl(url)} has a line break or another control character`, {
    hint: 'Correct the user name and the password in the URL.',
  });
}

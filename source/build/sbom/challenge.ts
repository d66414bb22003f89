/** What a registry wants to see before it answers: https://distribution.github.io/distribution/spec/auth/token/ */
export type Challenge =
  | { readonly scheme: 'basic' }
  /** A token, which the server at `realm` gives. */
  | { readonly scheme: 'bearer'; readonly realm: URL; readonly service: string | undefined };

/**
 * Reads a `www-authenticate` header; of several challenges a token is chosen, because whoever offers one may not take the
 * password.
 * @param origin of the registry: a login goes to a realm in plain text only where it goes to the registry so
 * @throws Error for one that sti can't answer
 */
export function readChallenge(header: string, origin: URL): Challenge {
  const bearer = /(?:^|,\s*)bearer\s+(.*)$/i.exec(header)?.[1];
  if (bearer !== undefined) {
    const fields = new Map(
      [...bearer.matchAll(/(?<!\w)(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/g)].map(
        ([, name = '', quoted, plain]) => [name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? ''],
      ),
    );
    const realm = fields.get('realm') ?? '';
    if (!URL.canParse(realm)) throw new Error('the registry does not say where it gives tokens');
    const url = new URL(realm);
    const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && origin.protocol === 'http:');
    if (!isSafe) throw new Error('the registry gives tokens by another way than https');
    return { scheme: 'bearer', realm: url, service: fields.get('service') };
  }
  if (/(?:^|,\s*)basic\b/i.test(header)) return { scheme: 'basic' };
  throw new Error('the registry wants a login that is neither a password nor a token');
}

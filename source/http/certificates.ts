import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { HttpError } from './error.ts';
import type { Environment } from './proxy.ts';

/**
 * The authorities to trust, PEM: Node.js's own and those in the files that `--ca`, `SSL_CERT_FILE` and
 * `NODE_EXTRA_CA_CERTS` name. undefined: no file is named, and Node.js's own are trusted anyway.
 */
export async function trustedAuthorities(env: Environment, ca?: string): Promise<string[] | undefined> {
  const { SSL_CERT_FILE, NODE_EXTRA_CA_CERTS } = env;
  const named = Object.entries({ '--ca': ca, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS }).flatMap(([name, file]) =>
    file ? [{ name, file }] : [],
  );
  if (named.length === 0) return undefined;
  const added = await Promise.all(
    named.map(({ name, file }) =>
      readFile(file, 'utf8').catch((cause: Error) => {
        throw new HttpError(`the certificates that ${name} names can't be read: ${cause.message}`, { cause });
      }),
    ),
  );
  return [...rootCertificates, ...added];
}

/** All whom a client with these trusts, PEM. */
export async function authorities(env: Environment, ca?: string): Promise<string> {
  return ((await trustedAuthorities(env, ca)) ?? rootCertificates).join('\n');
}

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { portOf } from './http-server.ts';
import { tempFolder } from './temp.ts';

export interface TlsSite {
  readonly url: string;
  /** The certificate that whoever asks must trust, PEM; a file. */
  readonly authority: string;
}

/** Serves HTTPS on this machine, with a certificate for 127.0.0.1 that an authority of its own has signed, until the test has ended. */
export async function serveHttps(listener: RequestListener): Promise<TlsSite> {
  const { key, cert, authority } = makeCertificate();
  const server = createServer({ key, cert }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://127.0.0.1:${portOf(server)}`, authority };
}

/** A certificate for 127.0.0.1 and its key, PEM, and the file of the authority that has signed it. */
export function makeCertificate(): { readonly key: Buffer; readonly cert: Buffer; readonly authority: string } {
  const folder = tempFolder();
  const file = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', file('ca.key'), '-out', file('ca.pem'), '-subj', '/CN=sti test authority');
  openssl(
    ...['req', '-x509', ...key, '-keyout', file('site.key'), '-out', file('site.pem'), '-subj', '/CN=127.0.0.1'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-CA', file('ca.pem'), '-CAkey', file('ca.key')],
  );
  return { key: readFileSync(file('site.key')), cert: readFileSync(file('site.pem')), authority: file('ca.pem') };
}

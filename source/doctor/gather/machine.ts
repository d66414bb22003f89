import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import type { Facts } from '../facts.ts';

const limits = '/proc/sys/fs/inotify';

/** undefined: not a Linux. */
export async function gatherInotify(): Promise<Facts['inotify']> {
  const [watches, instances] = await Promise.all(
    ['max_user_watches', 'max_user_instances'].map((name) => readNumber(join(limits, name))),
  );
  return watches === undefined || instances === undefined ? undefined : { watches, instances };
}

async function readNumber(file: string): Promise<number | undefined> {
  const read = await readBounded(file, { maxBytes: 100, links: 'refuse' });
  const number = read.outcome === 'content' ? Number(read.content.toString()) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

export async function gatherCertificates(env: Facts['env']): Promise<Facts['certificates']> {
  const named = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'].flatMap((name) => {
    const file = env[name];
    return file ? [{ name, file }] : [];
  });
  return Promise.all(named.map(async ({ name, file }) => ({ name, file, problem: await problemOf(file) })));
}

async function problemOf(file: string): Promise<string | undefined> {
  const read = await readBounded(file, { maxBytes: 10 * 1024 ** 2, links: 'follow' });
  if (read.outcome === 'absent') return 'is not there';
  if (read.outcome === 'refused') return read.message;
  return read.content.includes('-----BEGIN CERTIFICATE-----') ? undefined : 'holds no certificate in PEM';
}

/** Whether a program is on the PATH. */
export async function isInstalled(program: string, { PATH = '' }: Facts['env']): Promise<boolean> {
  const places = PATH.split(delimiter).filter((folder) => folder !== '');
  const found = await Promise.all(
    places.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

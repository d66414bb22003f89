import { resolve } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import type { Secret } from '../../build/request.ts';
import { StiError } from '../../errors.ts';
import type { SecretFile } from '../options/kinds/mount.ts';

const maxSecretBytes = 500 * 1024;
const maxAuthoritiesBytes = 10 * 1024 ** 2;

interface NamedFile {
  readonly file: string;
  /** `the environment file` */
  readonly what: string;
  /** Where the user named it. */
  readonly from: string;
  readonly maxBytes: number;
}

/** A file that the user names. Rejects with code `usage` when it can't be had whole. */
export async function readNamed({ file, what, from, maxBytes }: NamedFile, cwd: string): Promise<Buffer> {
  const read = await readBounded(resolve(cwd, file), { maxBytes, links: 'follow' });
  if (read.outcome === 'content') return read.content;
  const why = read.outcome === 'absent' ? "can't be read: there is no such file" : read.message;
  throw new StiError('usage', `${what} ${file} ${why}`, {
    ...(read.outcome === 'refused' && { cause: read.cause }),
    hint: `Check the path given to ${from}.`,
  });
}

export async function readSecrets(files: readonly SecretFile[], cwd: string): Promise<Secret[]> {
  const twice = files.find(({ id }, index) => files.findIndex((other) => other.id === id) < index);
  if (twice !== undefined) {
    throw new StiError('usage', `--secret: the id ${twice.id} is given twice`, {
      hint: 'Give each secret its own id.',
    });
  }
  const read = files.map(async ({ id, path }) => {
    const named = { file: path, what: `the secret ${id}`, from: '--secret', maxBytes: maxSecretBytes };
    return { id, path: resolve(cwd, path), content: await readNamed(named, cwd) };
  });
  return Promise.all(read);
}

/** The absolute path of a file that holds authorities. */
export async function checkAuthorities(file: string | undefined, cwd: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const what = 'the file of authorities';
  const content = await readNamed({ file, what, from: '--ca', maxBytes: maxAuthoritiesBytes }, cwd);
  if (content.includes('-----BEGIN CERTIFICATE-----')) return resolve(cwd, file);
  throw new StiError('usage', `${file} has no certificate in PEM`, {
    hint: 'Give --ca a file with -----BEGIN CERTIFICATE----- in it.',
  });
}

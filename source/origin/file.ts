import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { messageOf, StiError } from '../errors.ts';
import type { OpenedSource, OpenOptions } from './opened.ts';

/** One file, such as a .war or a binary, taken under its own name. */
export async function openSingleFile(path: string, options: OpenOptions): Promise<OpenedSource> {
  const file = resolve(path);
  if (options.contextDir !== undefined) {
    throw new StiError(
      'context-dir',
      `the source ${file} is a single file, so it has no context dir ${JSON.stringify(options.contextDir)}`,
      {
        hint: 'Leave --context-dir out.',
      },
    );
  }
  const { size, mode, mtimeMs } = await readable(file);
  const entry = { type: 'file', path: basename(file), size, mode: (mode & 0o777) | 0o600, mtimeMs } as const;
  return {
    tree: { root: dirname(file), entries: [entry], disposable: false },
    location: file,
    fileCount: 1,
    bytes: size,
    warnings: [],
  };
}

async function readable(path: string): Promise<Stats> {
  const details = await detailsOf(path).catch((error: unknown) => {
    throw new StiError('source', `${path} can't be read: ${messageOf(error)}`, { cause: error });
  });
  if (!details.isFile()) throw new StiError('source', `${path} is neither a file nor a folder`);
  return details;
}

async function detailsOf(path: string): Promise<Stats> {
  const details = await stat(path);
  // Opening a pipe would wait for its other end.
  if (details.isFile()) await (await open(path)).close();
  return details;
}

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { messageOf, StiError } from '../errors.ts';
import type { FileEntry } from './tree.ts';

/** What became a link since the scan isn't followed. */
export const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW;
const pieceBytes = 1024 * 1024;

/** Where a file's content is on this machine: a file of its own, or a part of an archive. */
export function placeOf(root: string, { path, offset }: Pick<FileEntry, 'path' | 'offset'>) {
  return offset === undefined ? { path: `${root}/${path}`, start: 0 } : { path: root, start: offset };
}

/** A file whole, or the beginning of one that grows; throws code `source` when it no longer has this size. */
export function readExactly(root: string, entry: FileEntry): Buffer {
  const { size } = entry;
  const { path, start } = placeOf(root, entry);
  let file: number | undefined;
  try {
    file = openSync(path, readOnly);
    if (isWhole(entry) && fstatSync(file).size !== size) throw changed(path, size);
    const content = Buffer.allocUnsafe(size);
    for (let filled = 0; filled < size; ) {
      const count = readSync(file, content, filled, size - filled, start + filled);
      if (count === 0) throw changed(path, size);
      filled += count;
    }
    return content;
  } catch (error) {
    throw error instanceof StiError ? error : unreadable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** For files too large for `readExactly`. */
export async function* streamExactly(root: string, entry: FileEntry): AsyncGenerator<Buffer> {
  const { size } = entry;
  const { path, start } = placeOf(root, entry);
  try {
    const file = await open(path, readOnly);
    let count = 0;
    // One byte more than expected is enough to notice that the file grows.
    const end = start + (isWhole(entry) ? size : size - 1);
    for await (const chunk of file.createReadStream({ start, end, highWaterMark: pieceBytes })) {
      count += chunk.length;
      if (count <= size) yield chunk;
    }
    if (count !== size) throw changed(path, size);
  } catch (error) {
    throw error instanceof StiError ? error : unreadable(path, error);
  }
}

/** There is to be nothing after it. */
function isWhole({ offset, growing = false }: FileEntry): boolean {
  return offset === undefined && !growing;
}

function changed(path: string, size: number): StiError {
  return new StiError('source', `${path} changed while it was read: it had ${size} bytes`, {
    hint: 'Try again when nothing writes to the source.',
  });
}

function unreadable(path: string, error: unknown): StiError {
  return new StiError('source', `${path} can't be read: ${messageOf(error)}`, { cause: error });
}

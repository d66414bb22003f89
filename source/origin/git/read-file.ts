import { readBounded } from '../../bounded-read.ts';

/** Bytes; the packed refs of large repositories have some millions. */
const maxBytes = 16 * 1024 * 1024;

/**
 * A file that a stranger may have made. undefined: it isn't there, no regular file, larger than 16 MiB, or links lead out of
 * this folder.
 */
export async function readInside(inside: string, path: string): Promise<Buffer | undefined> {
  const read = await readBounded(path, { maxBytes, links: { inside } });
  return read.outcome === 'content' ? read.content : undefined;
}

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface ReadOptions {
  readonly maxBytes: number;
  /** Whether links may lead to the file, and how far: `inside` is the source's folder, which they may not leave. */
  readonly links: 'follow' | 'refuse' | { readonly inside: string };
}

type Refusal = 'not-a-file' | 'too-large' | 'outside' | 'unreadable';

/** What came of reading a file whole. */
export type ReadResult =
  | { readonly outcome: 'content'; readonly content: Buffer }
  /** There is no such file, or a link leads to none. */
  | { readonly outcome: 'absent' }
  /** `message` is what to say after the name of the file: `is not a regular file`. */
  | { readonly outcome: 'refused'; readonly reason: Refusal; readonly message: string; readonly cause?: unknown };

/** Read before anything else is heard. */
const pieceBytes = 1024 * 1024;

/**
 * Reads a file whole, whoever made it: a pipe or a device isn't opened, let alone waited for, and memory is bounded by
 * `maxBytes` even when the file is sparse or grows meanwhile. Rejects only with the reason of the signal.
 */
export async function readBounded(
  path: string,
  { signal, ...options }: ReadOptions & { readonly signal?: AbortSignal | undefined },
): Promise<ReadResult> {
  signal?.throwIfAborted();
  const steps = read(path, options);
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      await nextTurn();
      signal?.throwIfAborted();
    }
  } finally {
    steps.return({ outcome: 'absent' });
  }
}

/** Yields after each piece. Synchronous calls, because promises would cost more than most of these files. */
function* read(path: string, { maxBytes, links }: ReadOptions): Generator<undefined, ReadResult> {
  let file: number | undefined;
  try {
    const root = typeof links === 'object' ? realpathSync.native(links.inside) : undefined;
    const real = root === undefined ? path : realpathSync.native(path);
    if (root !== undefined && !isInside(root, real)) return outside;
    // Opening a device can set something off, so it isn't left to the look at what was opened.
    if (!(links === 'follow' ? statSync(real) : lstatSync(real)).isFile()) return notAFile;
    file = openSync(real, links === 'follow' ? openFlags : openFlags | constants.O_NOFOLLOW);
    const details = fstatSync(file);
    if (!details.isFile()) return notAFile;
    if (root !== undefined && !isInside(root, pathOf(file, real))) return outside;
    if (details.size > maxBytes) return tooLarge(maxBytes);
    // What the kernel makes up as it is read says that its size is 0.
    let buffer = Buffer.allocUnsafe(Math.min(Math.max(details.size, 4095), maxBytes) + 1);
    let length = 0;
    for (;;) {
      if (length === buffer.length) {
        if (length > maxBytes) return tooLarge(maxBytes);
        buffer = Buffer.concat([buffer], Math.min(length * 2, maxBytes) + 1);
      }
      const bytes = readSync(file, buffer, length, Math.min(pieceBytes, buffer.length - length), null);
      length += bytes;
      if (bytes === 0) return { outcome: 'content', content: buffer.subarray(0, length) };
      if (length >= pieceBytes) yield;
    }
  } catch (cause) {
    return failed(cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const openFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
const notAFile = refused('not-a-file', 'is not a regular file');
const outside = refused('outside', 'leads out of the source');

function tooLarge(maxBytes: number): ReadResult {
  return refused(
    'too-large',
    `is larger than ${maxBytes >= 1024 * 1024 ? `${maxBytes / (1024 * 1024)} MiB` : `${maxBytes / 1024} KiB`}`,
  );
}

function refused(reason: Refusal, message: string, cause?: unknown): ReadResult {
  return { outcome: 'refused', reason, message, ...(cause !== undefined && { cause }) };
}

function failed(cause: unknown): ReadResult {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { outcome: 'absent' };
  return refused('unreadable', `can't be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
}

/** Where an open file is, whatever its path leads to by now. Only Linux says so; elsewhere its path is looked at again. */
function pathOf(file: number, path: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    const { dev, ino } = fstatSync(file);
    const again = statSync(path);
    return again.dev === dev && again.ino === ino ? realpathSync.native(path) : '';
  }
}

function isInside(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : join(root, sep));
}

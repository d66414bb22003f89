import {
  chmodSync,
  closeSync,
  constants,
  createWriteStream,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { messageOf, StiError } from '../errors.ts';
import { placeOf, readOnly, streamExactly } from './content.ts';
import { hasCode, workspaceError } from './file-errors.ts';
import { createPace } from './pace.ts';
import { seconds } from './time.ts';
import { type FileEntry, type FileTree, isClosed, ownerAll, type TreeEntry } from './tree.ts';

export interface CopyOptions {
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears now and then how many entries are copied. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** A mode of a source's root folder inside the container, whatever the private folder on this machine has. */
export const rootMode = 0o755;
/** Files up to this size go through one buffer. */
const smallFile = 1024 * 1024;
const buffer = Buffer.allocUnsafeSlow(smallFile);

/**
 * Copies a tree into `destination`, made when absent: modes as listed, whole seconds of modification time, links as links.
 * Files of a disposable tree are moved where the filesystem allows; any other tree's root is only read.
 */
export async function copyTree(tree: FileTree, destination: string, options: CopyOptions = {}): Promise<void> {
  const { owner, signal, onProgress } = options;
  const pace = createPace(signal);
  const move = createMover(tree.disposable);
  makeFolder(destination);
  for (const [done, entry] of tree.entries.entries()) {
    if (pace.isDue()) {
      onProgress?.(done);
      await pace.rest();
    }
    const from = `${tree.root}/${entry.path}`;
    const to = `${destination}/${entry.path}`;
    try {
      if (entry.type === 'directory') mkdirSync(to, { recursive: true });
      else if (entry.type === 'link') symlinkSync(entry.target, to);
      else if (!move(from, to)) {
        if (entry.size <= smallFile && copySmall(tree.root, to, entry, owner)) continue;
        rmSync(to, { force: true });
        await copyLarge(tree.root, to, entry, signal);
      }
      if (owner) lchownSync(to, owner.uid, owner.gid);
      if (entry.type === 'directory') chmodSync(to, entry.mode | ownerAll);
      else if (entry.type === 'file') chmodSync(to, entry.mode);
      if (entry.type !== 'directory') setTime(to, entry);
    } catch (error) {
      signal?.throwIfAborted();
      throw copyFailed(from, to, error);
    }
  }
  if (owner) lchownSync(destination, owner.uid, owner.gid);
  chmodSync(destination, rootMode);
  for (const entry of tree.entries.toReversed()) {
    if (entry.type !== 'directory') continue;
    if (isClosed(entry)) chmodSync(`${destination}/${entry.path}`, entry.mode);
    setTime(`${destination}/${entry.path}`, entry);
  }
  const time = Math.floor(seconds(statSync(tree.root).mtimeMs));
  utimesSync(destination, time, time);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw workspaceError(path, error);
  }
}

function setTime(path: string, entry: TreeEntry): void {
  const time = Math.floor(seconds(entry.mtimeMs));
  if (entry.type === 'link') lutimesSync(path, time, time);
  else utimesSync(path, time, time);
}

/** Moves files as long as that works; the first that lies on another filesystem, or in a closed folder, ends it. */
function createMover(mayMove: boolean): (from: string, to: string) => boolean {
  let moves = mayMove;
  return (from, to) => {
    if (!moves) return false;
    try {
      renameSync(from, to);
      return true;
    } catch (error) {
      if (!hasCode(error, 'EXDEV', 'EACCES')) throw error;
      moves = false;
      return false;
    }
  };
}

/** Everything of one file by descriptor: the cheapest way there is. False, and nothing done: it has grown too large for that. */
function copySmall(root: string, to: string, entry: FileEntry, owner: CopyOptions['owner']): boolean {
  const { mode, mtimeMs } = entry;
  const length = readInto(buffer, root, entry);
  if (length === buffer.length) return false;
  const file = openNew(to) ?? openOld(to, length) ?? openInstead(to);
  try {
    for (let written = 0; written < length; ) written += writeSync(file, buffer, written, length - written);
    if (owner) fchownSync(file, owner.uid, owner.gid);
    fchmodSync(file, mode);
    const time = Math.floor(seconds(mtimeMs));
    futimesSync(file, time, time);
  } finally {
    closeSync(file);
  }
  return true;
}

/** undefined: something is there already. */
function openNew(path: string): number | undefined {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined;
    throw error;
  }
}

/**
 * A file that is there already, to be written over up to this length: many times cheaper than to remove it and make
 * another. undefined: what is there isn't a file of the copy alone, or it may not be written.
 */
function openOld(path: string, length: number): number | undefined {
  const details = lstatSync(path);
  if (!details.isFile() || details.nlink > 1) return undefined;
  try {
    if (details.size > length) truncateSync(path, length);
    return openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  } catch {
    return undefined;
  }
}

function openInstead(path: string): number {
  unlinkSync(path);
  return openSync(path, 'wx', 0o600);
}

/** As a clone where the filesystem can; else by a stream, which a signal ends in the middle of a file. */
async function copyLarge(root: string, to: string, entry: FileEntry, signal: AbortSignal | undefined): Promise<void> {
  const { path } = placeOf(root, entry);
  try {
    if (entry.offset === undefined) return await copyFile(path, to, constants.COPYFILE_FICLONE_FORCE);
  } catch {}
  const content = entry.offset === undefined ? await streamOf(path) : streamExactly(root, entry);
  await pipeline(content, createWriteStream(to, { flags: 'wx', mode: 0o600 }), { signal });
}

async function streamOf(path: string) {
  return (await open(path, readOnly)).createReadStream({ highWaterMark: smallFile });
}

/** How much of the file there is, at most the buffer's length. */
function readInto(target: Buffer, root: string, entry: FileEntry): number {
  const { path, start } = placeOf(root, entry);
  const most = entry.offset === undefined ? target.length : entry.size;
  const file = openSync(path, readOnly);
  try {
    let length = 0;
    for (let count = -1; count !== 0 && length < most; length += count) {
      count = readSync(file, target, length, most - length, start + length);
    }
    return length;
  } finally {
    closeSync(file);
  }
}

function copyFailed(from: string, to: string, error: unknown): StiError {
  if (!hasCode(error, 'EACCES', 'ENOENT', 'ELOOP') || error.path !== from) return workspaceError(to, error);
  return new StiError('source', `${from} can't be copied: ${messageOf(error)}`, {
    cause: error,
    hint: 'It changed while it was read; try again.',
  });
}

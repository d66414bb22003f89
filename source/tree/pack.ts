import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { pipeline as pipelineFinished } from 'node:stream/promises';
import { type Header, type Pack, pack } from 'tar-stream';
import { messageOf, StiError } from '../errors.ts';
import { rootMode } from './copy.ts';
import { createPace } from './pace.ts';
import { seconds } from './time.ts';
import type { FileTree, TreeEntry } from './tree.ts';

export interface PackOptions {
  /** The folder that everything is put below, itself the first entry; `''`: none. */
  readonly prefix: string;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly signal?: AbortSignal | undefined;
  /** Hears now and then how many entries are packed. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

type EntryHeader = Partial<Header> & Pick<Header, 'name'>;

/** Files up to this size are read whole: one entry then costs one write instead of a stream. */
const smallFile = 1024 * 1024;
/** What became a link since the scan isn't followed. */
const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW;
const bufferSize = 1024 * 1024;
/** The largest id that fits into a tar header as tar-stream writes it. */
const largestPlainId = 0o777777;

/** The tree as a tar stream, with whole seconds of modification time; read no faster than it is taken. */
export function packTree(tree: FileTree, options: PackOptions): Readable {
  const tar = pack({ highWaterMark: bufferSize });
  // tar-stream's streams aren't Node's own.
  const output = new PassThrough({ highWaterMark: bufferSize });
  pipeline(tar, output, () => {});
  fill(tar, tree, options).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  );
  return output;
}

async function fill(tar: Pack, tree: FileTree, options: PackOptions): Promise<void> {
  const pace = createPace(options.signal);
  const top = options.prefix.replace(/\/+$/, '');
  if (top !== '') {
    const { mtimeMs } = statSync(tree.root);
    await add(tar, header({ type: 'directory', path: '', mode: rootMode, mtimeMs }, top, options));
  }
  for (const [done, entry] of tree.entries.entries()) {
    if (pace.isDue()) {
      options.onProgress?.(done);
      await pace.rest();
    }
    const described = header(entry, top === '' ? entry.path : `${top}/${entry.path}`, options);
    if (entry.type !== 'file') await add(tar, described);
    else if (entry.size > smallFile)
      await pipelineFinished(
        streamExactly(`${tree.root}/${entry.path}`, entry.size, entry.growing),
        tar.entry(described),
      );
    else await add(tar, described, readExactly(`${tree.root}/${entry.path}`, entry.size, entry.growing));
  }
}

function header(entry: TreeEntry, name: string, { owner }: PackOptions): EntryHeader {
  const { uid, gid } = owner;
  const isPlain = uid <= largestPlainId && gid <= largestPlainId;
  return {
    name: entry.type === 'directory' ? `${name}/` : name,
    mode: entry.mode,
    uid,
    gid,
    mtime: new Date(Math.floor(seconds(entry.mtimeMs)) * 1000),
    type: entry.type === 'link' ? 'symlink' : entry.type,
    ...(entry.type === 'file' && { size: entry.size }),
    ...(entry.type === 'link' && { linkname: entry.target }),
    ...(!isPlain && { pax: { uid: String(uid), gid: String(gid) } }),
  };
}

function add(tar: Pack, described: EntryHeader, content?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve());
    if (content === undefined) tar.entry(described, done);
    else tar.entry(described, content, done);
  });
}

/** For files too large for `readExactly`. An error ends the tar at once, so it must be the one to tell. */
async function* streamExactly(path: string, size: number, mayGrow = false): AsyncGenerator<Uint8Array> {
  try {
    const file = await open(path, readOnly);
    let count = 0;
    // One byte more than expected is enough to notice that the file grows.
    for await (const chunk of file.createReadStream({ end: mayGrow ? size - 1 : size, highWaterMark: bufferSize })) {
      count += chunk.length;
      if (count <= size) yield chunk;
    }
    if (count !== size) throw changed(path, size);
  } catch (error) {
    throw error instanceof StiError ? error : unreadable(path, error);
  }
}

/** A file whole, or the beginning of one that grows; throws code `source` when it no longer has this size. */
export function readExactly(path: string, size: number, mayGrow = false): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, readOnly);
    if (!mayGrow && fstatSync(file).size !== size) throw changed(path, size);
    const content = Buffer.allocUnsafe(size);
    for (let filled = 0; filled < size; ) {
      const count = readSync(file, content, filled, size - filled, null);
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

function changed(path: string, size: number): StiError {
  return new StiError('source', `${path} changed while it was read: it had ${size} bytes`, {
    hint: 'Try again when nothing writes to the source.',
  });
}

function unreadable(path: string, error: unknown): StiError {
  return new StiError('source', `${path} can't be read: ${messageOf(error)}`, { cause: error });
}

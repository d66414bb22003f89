import { statSync } from 'node:fs';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { pipeline as pipelineFinished } from 'node:stream/promises';
import { type Header, type Pack, pack } from 'tar-stream';
import { readExactly, streamExactly } from './content.ts';
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
    else if (entry.size > smallFile) await pipelineFinished(streamExactly(tree.root, entry), tar.entry(described));
    else await add(tar, described, readExactly(tree.root, entry));
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

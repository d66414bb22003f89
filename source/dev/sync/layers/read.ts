import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { withHelper } from '../../../build/container/helper.ts';
import type { Job } from '../../../build/job.ts';
import type { FileChange } from '../../../engine/engine.ts';
import { archivesOf } from './archives.ts';
import type { Facts, Layer } from './facts.ts';

/** What an image may have over its builder so that it is looked at: more takes too long to be worth it. */
const mostEntries = 60_000;
const mostBytes = 2 * 1024 ** 3;
const tooMuch = 'the image has too much over its builder to be compared';

/**
 * Reads what an image has over its builder, by the engine's archives of a container that never runs: the same for every
 * engine and storage driver. Where that can't be, says in words why.
 *
 * @param changes of the container that the image was made of, with the folders on the way; undefined: not known
 */
export async function readLayer(
  { engine, workspace }: Job,
  imageId: string,
  changes: readonly FileChange[] | undefined,
  signal: AbortSignal,
): Promise<Layer | string> {
  if (changes === undefined) return 'the engine does not tell what the image has over its builder';
  if (changes.length > mostEntries) return tooMuch;
  const layer = new Map<string, Facts>();
  for (const { path, kind } of changes) if (kind === 'deleted') layer.set(path, deleted);
  const isPart = new Set(changes.map(({ path }) => path));
  let bytes = 0;
  const complete = await withHelper(engine, workspace, { role: 'layer', imageId }, async (containerId) => {
    for (const path of archivesOf(changes)) {
      const tar = await engine.getArchive(containerId, path, signal);
      if (tar === undefined) continue;
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      for await (const { name, facts, size } of factsIn(tar)) {
        bytes += size;
        if (bytes > mostBytes || layer.size > mostEntries) return false;
        const at = folder + name;
        if (isPart.has(at)) layer.set(at, facts);
      }
    }
    return true;
  });
  return complete ? layer : tooMuch;
}

const deleted: Facts = { type: 'deleted', mode: 0, uid: 0, gid: 0, content: '' };

/** What an archive has, with names relative to the folder above its own. */
async function* factsIn(tar: Readable): AsyncGenerator<{ name: string; facts: Facts; size: number }> {
  const list = extract();
  tar.on('error', (error) => list.destroy(error));
  tar.pipe(list);
  try {
    for await (const entry of list) {
      const { header } = entry;
      const hash = createHash('sha1');
      for await (const chunk of entry) if (Buffer.isBuffer(chunk)) hash.update(chunk);
      const { name, mode = 0, uid = 0, gid = 0, size = 0 } = header;
      const type = typeOf(header);
      const content = type === 'file' ? hash.digest('hex') : type === 'link' ? (header.linkname ?? '') : '';
      yield { name: name.replace(/\/$/, ''), facts: { type, mode: mode & 0o7777, uid, gid, content }, size };
    }
  } finally {
    tar.destroy();
    list.destroy();
  }
}

/** What the one file of an archive has in it; '' where it's no file, or is longer. */
export async function readFile(tar: Readable, longest: number): Promise<string> {
  const list = extract();
  tar.on('error', (error) => list.destroy(error));
  tar.pipe(list);
  try {
    for await (const entry of list) {
      if (entry.header.type !== 'file' || (entry.header.size ?? 0) > longest) return '';
      const chunks: Buffer[] = [];
      for await (const chunk of entry) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    }
    return '';
  } finally {
    tar.destroy();
    list.destroy();
  }
}

/** A second name of a file is told by what it leads to, like a link. */
function typeOf({ type }: Header): Facts['type'] {
  if (type === 'file' || type === 'contiguous-file') return 'file';
  if (type === 'symlink' || type === 'link') return 'link';
  return type === 'directory' ? 'directory' : 'other';
}

/** As in a layer. */
export function digestOf(content: Buffer): string {
  return createHash('sha1').update(content).digest('hex');
}

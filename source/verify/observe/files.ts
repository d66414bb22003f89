import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { shortDigest, textDigest, textOf } from './content.ts';
import { commonPlaces, foldersAbove, isOfTheApplication } from './places.ts';

/** Bytes and files that are read of one image. */
const maxBytes = 4 * 1024 ** 3;
const maxFiles = 500_000;
/** Of a text up to this length what differs from build to build anyhow doesn't count; bytes. */
const maxText = 64 * 1024;

/**
 * Files of a container with owner, mode and content, each as a line; those that aren't there have none.
 * @param paths absolute; with the folders that they are in, as far as those are read
 */
export async function readFiles(
  engine: Pick<Engine, 'getArchive'>,
  containerId: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths.filter(isOfTheApplication));
  const places = commonPlaces([...wanted]);
  for (const path of [...wanted]) for (const folder of foldersAbove(path)) wanted.add(folder);
  const files = new Map<string, string>();
  const room = { bytes: maxBytes, files: maxFiles };
  for (const place of places) {
    const tar = await engine.getArchive(containerId, place, signal);
    // Names in it begin with the last part of the place.
    const above = place.slice(0, place.lastIndexOf('/'));
    const take = (name: string, line: string) => {
      const path = place === '/' ? `/${name}`.replace(/^\/\.?\/*/, '/') : `${above}/${name}`;
      if (wanted.has(path)) files.set(path, line);
    };
    if (tar !== undefined) await readArchive(tar, room, take);
  }
  return files;
}

async function readArchive(
  tar: Readable,
  room: { bytes: number; files: number },
  take: (name: string, line: string) => void,
): Promise<void> {
  const list = extract();
  tar.on('error', (error) => list.destroy(error));
  tar.pipe(list);
  try {
    for await (const entry of list) {
      const { header } = entry;
      room.bytes -= header.size ?? 0;
      room.files -= 1;
      if (room.bytes < 0 || room.files < 0) throw tooMuch();
      take(header.name.replace(/\/+$/, ''), lineOf(header, await digestOfEntry(entry, header.size ?? 0)));
    }
  } finally {
    tar.destroy();
    list.destroy();
  }
}

async function digestOfEntry(entry: AsyncIterable<unknown>, size: number): Promise<string> {
  const hash = createHash('sha256');
  const pieces: Buffer[] = [];
  for await (const piece of entry) {
    if (!Buffer.isBuffer(piece)) continue;
    hash.update(piece);
    if (size <= maxText) pieces.push(piece);
  }
  const text = size <= maxText ? textOf(Buffer.concat(pieces)) : undefined;
  return text === undefined ? shortDigest(hash.digest()) : textDigest(text);
}

/** `-rw-r--r-- 1001:0 1f2e3d4c5b6a7988`, as `ls -ln` has it, with a digest or the target of a link. */
function lineOf({ type, mode = 0, uid = 0, gid = 0, linkname }: Header, digest: string): string {
  const kind = { directory: 'd', symlink: 'l', file: '-', link: '-' }[String(type)] ?? String(type);
  const rights = [6, 3, 0].map((shift) => rightsOf((mode >> shift) & 7)).join('');
  const special = mode & 0o7000 ? ` ${(mode & 0o7777).toString(8)}` : '';
  const content = type === 'file' ? ` ${digest}` : linkname ? ` → ${linkname}` : '';
  return `${kind}${rights}${special} ${uid}:${gid}${content}`;
}

function rightsOf(bits: number): string {
  return (bits & 4 ? 'r' : '-') + (bits & 2 ? 'w' : '-') + (bits & 1 ? 'x' : '-');
}

function tooMuch(): StiError {
  return new StiError(
    'app',
    `the application has more than ${maxBytes / 1024 ** 3} GB or ${maxFiles} files to compare`,
    {
      hint: 'Leave files out with --ignore file.',
    },
  );
}

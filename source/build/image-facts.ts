import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import type { Engine } from '../engine/engine.ts';
import type { Cache } from './cache.ts';
import type { Session } from './session.ts';
import type { Owner } from './transport.ts';

/** An entry that an image has in the folder where builds put their files. */
export interface ContentEntry {
  /** Relative to the folder. */
  readonly path: string;
  readonly size: number;
  readonly mode: number;
  /** Seconds. */
  readonly mtime: number;
  /** A file or folder of root's that root gets back exactly as it is by unpacking it. */
  readonly plain: boolean;
}

/**
 * What sti must know of an image's file system, found out once per image (its id names its content for ever) and cached:
 * the engine needs about 120 ms for each such question.
 */
export interface ImageFacts {
  /** What the image has at the destination. */
  readonly content: readonly ContentEntry[];
  /** A tar of it, entries named from the destination's last component on; undefined when there is nothing. */
  readonly contentArchive: string | undefined;
  hasFile(path: string): boolean;
  /** The ids of a user of the image, when an earlier build has seen them. */
  owner(user: string): Owner | undefined;
  learnOwner(user: string, owner: Owner): Promise<void>;
}

interface Stored {
  contents: Record<string, ContentEntry[]>;
  files: Record<string, boolean>;
  owners: Record<string, Owner>;
}

export async function learnImageFacts(
  engine: Engine,
  session: Session,
  cache: Cache,
  wanted: { readonly imageId: string; readonly destination: string; readonly files: readonly string[] },
  signal?: AbortSignal,
): Promise<ImageFacts> {
  const { imageId, destination } = wanted;
  const key = imageId.replace(/^sha256:/, '');
  const entry = entryOf(imageId);
  const archive = join('images', `${key}-${createHash('sha256').update(destination).digest('hex').slice(0, 12)}.tar`);
  const stored = parseStored(await cache.read(entry));
  const unknownFiles = wanted.files.filter((path) => stored.files[path] === undefined);
  let contentArchive = await cache.find(archive);
  const known = stored.contents[destination];
  const contentKnown = known !== undefined && (known.length === 0 || contentArchive !== undefined);

  if (unknownFiles.length > 0 || !contentKnown) {
    const container = await engine.createContainer({
      name: session.containerName('probe'),
      image: imageId,
      command: ['/bin/sh'],
      env: [],
      mounts: [],
      labels: { 'io.sti.session': session.name },
      interactive: false,
    });
    try {
      const look = unknownFiles.map(async (path) => {
        const found = await engine.statPath(container, path, signal);
        stored.files[path] = found?.type === 'file' || found?.type === 'link';
      });
      const content = contentKnown ? undefined : readContent(engine, container, destination, session, signal);
      await Promise.all([...look, content]);
      const read = await content;
      if (read !== undefined) {
        stored.contents[destination] = read.entries;
        if (read.entries.length > 0) {
          await cache.adopt(archive, read.archive);
          contentArchive = (await cache.find(archive)) ?? read.archive;
        }
      }
    } finally {
      await engine.removeContainer(container);
    }
    await cache.write(entry, JSON.stringify(stored));
  }

  const content = stored.contents[destination] ?? [];
  return {
    content,
    contentArchive: content.length > 0 ? contentArchive : undefined,
    hasFile: (path) => stored.files[path] === true,
    owner: (user) => stored.owners[user],
    async learnOwner(user, owner) {
      if (stored.owners[user]?.uid === owner.uid && stored.owners[user]?.gid === owner.gid) return;
      stored.owners[user] = owner;
      await cache.write(entry, JSON.stringify(stored));
    },
  };
}

/** Notes that a new image has nothing at the destination, since the build that made it knows. */
export async function recordImageFacts(cache: Cache, imageId: string, destination: string): Promise<void> {
  const stored: Stored = { contents: { [destination]: [] }, files: {}, owners: {} };
  await cache.write(entryOf(imageId), JSON.stringify(stored));
}

function entryOf(imageId: string): string {
  return join('images', `${imageId.replace(/^sha256:/, '')}.json`);
}

async function readContent(
  engine: Engine,
  container: string,
  destination: string,
  session: Session,
  signal?: AbortSignal,
): Promise<{ entries: ContentEntry[]; archive: string }> {
  const archive = join(session.folder, 'image-content.tar');
  const entries: ContentEntry[] = [];
  const tar = await engine.getArchive(container, destination, signal);
  if (tar === undefined) return { entries, archive };
  const copy = new PassThrough();
  const list = extract();
  list.on('entry', (header, body, next) => {
    const path = withoutFirst(header.name);
    if (path !== '') {
      const { size = 0, mode = 0, mtime } = header;
      const seconds = Math.floor((mtime?.getTime() ?? 0) / 1000);
      entries.push({ path, size, mode: mode & 0o7777, mtime: seconds, plain: isPlain(header) });
    }
    body.on('end', next);
    body.resume();
  });
  tar.pipe(copy);
  await Promise.all([pipeline(tar, list), pipeline(copy, createWriteStream(archive, { mode: 0o600 }))]);
  return { entries, archive };
}

/** Unpacking takes no owners and no set-id or sticky bits from an archive, adds its own rights and refuses links that lead out. */
function isPlain({ type, uid, gid, mode = 0 }: Header): boolean {
  const least = type === 'directory' ? 0o700 : 0o600;
  return (type === 'directory' || type === 'file') && uid === 0 && gid === 0 && (mode & (0o7000 | least)) === least;
}

/** `tmp/a/b/` → `a/b`: the engine names entries from the asked folder's own name on. */
export function withoutFirst(name: string): string {
  return name.replace(/^\.?\/*[^/]+\/?/, '').replace(/\/+$/, '');
}

function parseStored(text: string | undefined): Stored {
  const empty: Stored = { contents: {}, files: {}, owners: {} };
  if (text === undefined) return empty;
  try {
    const stored: Partial<Stored> = JSON.parse(text);
    return { ...empty, ...stored };
  } catch {
    return empty;
  }
}

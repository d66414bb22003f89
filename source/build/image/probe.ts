import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import type { Engine } from '../../engine/engine.ts';
import type { Cache } from '../cache.ts';
import type { Owner } from '../container/delivery/delivery.ts';
import { isOpenToAll } from '../container/delivery/upload.ts';
import { withHelper } from '../container/helper.ts';
import type { Workspace } from '../workspace/workspace.ts';

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
export interface ImageProbe {
  /** The destination without the links that the image has on the way to it. */
  readonly resolvedDestination: string;
  /** What the image has at the destination. */
  readonly content: readonly ContentEntry[];
  /** A tar of it, entries named from the destination's last component on; undefined when there is nothing. */
  readonly contentArchive: string | undefined;
  /** A path that ends in a slash: whether it's a folder where everybody may make files. */
  hasFile(path: string): boolean;
  /** The ids of a user of the image, when an earlier build has seen them. */
  owner(user: string): Owner | undefined;
  learnOwner(user: string, owner: Owner): Promise<void>;
}

interface Stored {
  contents: Record<string, ContentEntry[]>;
  resolved: Record<string, string>;
  files: Record<string, boolean>;
  owners: Record<string, Owner>;
}

/** What earlier builds have found out, without asking the engine; undefined: nobody has looked. */
export async function knownOfImage(
  cache: Cache,
  imageId: string,
  destination: string,
): Promise<{
  readonly content: readonly ContentEntry[] | undefined;
  readonly resolvedDestination: string | undefined;
  hasFile(path: string): boolean | undefined;
  owner(user: string): Owner | undefined;
}> {
  const { files, owners, contents, resolved } = parseStored(await cache.read(entryOf(imageId)));
  return {
    content: contents[destination],
    resolvedDestination: resolved[destination],
    hasFile: (path) => files[path],
    owner: (user) => owners[user],
  };
}

export async function probeImage(
  engine: Engine,
  workspace: Workspace,
  cache: Cache,
  wanted: { readonly imageId: string; readonly destination: string; readonly files: readonly string[] },
  signal?: AbortSignal,
): Promise<ImageProbe> {
  const { imageId, destination } = wanted;
  const key = imageId.replace(/^sha256:/, '');
  const entry = entryOf(imageId);
  const archive = join('images', `${key}-${createHash('sha256').update(destination).digest('hex').slice(0, 12)}.tar`);
  const stored = parseStored(await cache.read(entry));
  const unknownFiles = wanted.files.filter((path) => stored.files[path] === undefined);
  let contentArchive = await cache.find(archive);
  const known = stored.contents[destination];
  const contentKnown =
    known !== undefined &&
    stored.resolved[destination] !== undefined &&
    (known.length === 0 || contentArchive !== undefined);

  if (unknownFiles.length > 0 || !contentKnown) {
    await withHelper(engine, workspace, { role: 'probe', imageId }, async (container) => {
      const look = unknownFiles.map(async (path) => {
        const found = await engine.statPath(container, path.replace(/\/$/, ''), signal);
        stored.files[path] = path.endsWith('/')
          ? found?.type === 'directory' && isOpenToAll(found.mode)
          : found?.type === 'file' || found?.type === 'link';
      });
      const content = contentKnown ? undefined : readContent(engine, container, destination, workspace, signal);
      await Promise.all([...look, content]);
      const read = await content;
      if (read !== undefined) {
        stored.contents[destination] = read.entries;
        stored.resolved[destination] = read.resolved;
        if (read.entries.length > 0) {
          const { archive: found } = read;
          await cache.store(archive, () => createReadStream(found));
          contentArchive = found;
        }
      }
    });
    await cache.write(entry, JSON.stringify(stored));
  }

  const content = stored.contents[destination] ?? [];
  return {
    resolvedDestination: stored.resolved[destination] ?? destination,
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

/** Notes that a new image has nothing at the destination, and no link on the way to it, since the build that made it knows. */
export async function recordImageFacts(cache: Cache, imageId: string, destination: string): Promise<void> {
  const stored: Stored = {
    contents: { [destination]: [] },
    resolved: { [destination]: destination },
    files: {},
    owners: {},
  };
  await cache.write(entryOf(imageId), JSON.stringify(stored));
}

function entryOf(imageId: string): string {
  return join('images', `${imageId.replace(/^sha256:/, '')}.json`);
}

async function readContent(
  engine: Engine,
  container: string,
  destination: string,
  workspace: Workspace,
  signal?: AbortSignal,
): Promise<{ entries: ContentEntry[]; archive: string; resolved: string }> {
  const archive = join(workspace.folder, 'image-content.tar');
  const entries: ContentEntry[] = [];
  const [tar, resolved] = await Promise.all([
    engine.getArchive(container, destination, signal),
    resolveIn(engine, container, destination, signal),
  ]);
  if (tar === undefined) return { entries, archive, resolved };
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
  return { entries, archive, resolved };
}

/** A path of a container without its links; the engine follows them inside the container. */
async function resolveIn(engine: Engine, container: string, path: string, signal?: AbortSignal): Promise<string> {
  let resolved = '';
  for (const part of path.split('/').filter((one) => one !== '')) {
    const next = `${resolved}/${part}`;
    const found = await engine.statPath(container, next, signal);
    resolved = found?.type === 'link' ? found.linkTarget.replace(/\/+$/, '') : next;
  }
  return resolved;
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

/** Whatever isn't as it was written is as good as not known. */
function parseStored(text: string | undefined): Stored {
  const { contents, resolved, files, owners } = asRecord(parse(text));
  return {
    contents: only(contents, (value): value is ContentEntry[] => Array.isArray(value) && value.every(isContentEntry)),
    resolved: only(resolved, (value): value is string => typeof value === 'string'),
    files: only(files, (value): value is boolean => typeof value === 'boolean'),
    owners: only(owners, isOwner),
  };
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function only<Value>(record: unknown, is: (value: unknown) => value is Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(asRecord(record)).filter((pair): pair is [string, Value] => is(pair[1])));
}

function isContentEntry(value: unknown): value is ContentEntry {
  const { path, size, mode, mtime, plain } = asRecord(value);
  return typeof path === 'string' && [size, mode, mtime].every(Number.isSafeInteger) && typeof plain === 'boolean';
}

function isOwner(value: unknown): value is Owner {
  const { uid, gid } = asRecord(value);
  return Number.isSafeInteger(uid) && Number.isSafeInteger(gid);
}

import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';
import { type ContentEntry, type ImageFacts, withoutFirst } from './image-facts.ts';
import type { Job } from './job.ts';
import type { ScriptSet } from './scripts.ts';
import type { Workplace } from './workplace.ts';

/** Names at the destination that a build puts there itself, or that must not stay (PROTOCOL.md, "What goes in"). */
const ours = new Set(['src', 'artifacts', 'scripts', 'defaultScripts', '.s2i']);

/** Where the helper container has the build container's destination. */
const helperFolder = 'sti-keep';

/** Paths at the destination. */
export interface Leftovers {
  readonly kept: readonly string[];
  readonly lost: readonly string[];
}

/**
 * Keeps what assemble left at the destination beside sti's own folders. The mount hides it from the commit, so it's
 * copied into the layer below: the engine unpacks it into a container that is never started and has the build
 * container's merged root as a mount. What can't be kept, because the engine doesn't say where that is, is `lost`.
 */
export async function keepLeftovers(
  job: Job,
  workplace: Workplace,
  facts: ImageFacts,
  imageId: string,
  scripts: ScriptSet,
): Promise<Leftovers> {
  const { engine, session } = job;
  const placed = scripts.trees.map(({ folder }) => folder);
  const { standby, destination } = workplace;
  const mayStay = (path: string) => !ours.has(top(path)) || isImageContent(path, facts, placed);
  const present = (await standby.list(destination)).map((path) => path.slice(destination.length + 1));
  const candidates = present.filter(mayStay);
  const known = new Map(facts.content.map((entry) => [entry.path, entry]));
  if (candidates.length === 0) return { kept: [], lost: [] };

  const mergedRoot = (await engine.inspectContainer(standby.id))?.mergedRoot;
  const tar = mergedRoot === undefined ? undefined : await engine.getArchive(standby.id, destination);
  if (tar === undefined) return { kept: [], lost: candidates.filter((path) => !known.has(path)) };

  const keep = pack();
  const select = extract();
  select.on('entry', (header, body, next) => {
    const path = withoutFirst(header.name);
    if (path === '' || !mayStay(path) || isUnchanged(known.get(path), header)) {
      body.on('end', next);
      body.resume();
      return;
    }
    const linkname = header.type === 'link' ? below(withoutFirst(header.linkname ?? '')) : header.linkname;
    body.pipe(keep.entry({ ...header, name: below(path), ...(linkname != null && { linkname }) }, next));
  });
  select.on('finish', () => keep.finalize());
  const spool = join(session.folder, 'left.tar');
  await Promise.all([pipeline(tar, select), pipeline(Readable.from(keep), createWriteStream(spool, { mode: 0o600 }))]);
  const helper = await engine.createContainer({
    name: session.containerName('keep'),
    image: imageId,
    command: ['/bin/sh'],
    env: [],
    mounts: [{ type: 'bind', source: `${mergedRoot}${destination}`, target: `/${helperFolder}` }],
    labels: { 'io.sti.session': session.name },
    interactive: false,
  });
  try {
    // Never while the archive is still being read: for so long the engine has the mount over the layer below.
    await engine.putArchive(helper, '/', createReadStream(spool));
  } finally {
    await engine.removeContainer(helper);
  }
  return { kept: candidates, lost: [] };
}

/** Unpacked from `/` on: an engine refuses links that lead out of the folder that it unpacks into. */
function below(path: string): string {
  return `${helperFolder}/${path}`;
}

function top(path: string): string {
  return path.split('/', 1)[0] ?? '';
}

/** The image may have scripts of its own at `/tmp/scripts`; when the build put none there, they are the image's. */
function isImageContent(path: string, facts: ImageFacts, placed: readonly string[]): boolean {
  const name = top(path);
  if (name !== 'scripts' && name !== 'defaultScripts') return false;
  return !placed.includes(name) && facts.content.some((entry) => entry.path === name);
}

function isUnchanged(before: ContentEntry | undefined, now: { size?: number; mode?: number; mtime?: Date }): boolean {
  if (before === undefined) return false;
  const mtime = Math.floor((now.mtime?.getTime() ?? 0) / 1000);
  return before.size === (now.size ?? 0) && before.mode === ((now.mode ?? 0) & 0o7777) && before.mtime === mtime;
}

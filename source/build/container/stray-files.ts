import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';
import type { Mount } from '../../engine/engine.ts';
import { type ContentEntry, type ImageProbe, withoutFirst } from '../image/probe.ts';
import type { Job } from '../job.ts';
import type { ScriptSet } from '../scripts/resolve.ts';
import type { BuildContainer } from './container.ts';
import { withHelper } from './helper.ts';
import { clearOwnLayer, ours } from './own-layer.ts';

/** Where the helper container has the build container's root. */
const helperFolder = 'sti-keep';

/** Paths at the destination. */
export interface StrayFiles {
  readonly kept: readonly string[];
  readonly lost: readonly string[];
}

/**
 * Keeps what assemble left at the destination beside sti's own folders. The mount hides it from the commit, so it's
 * copied into the layer below: the engine unpacks it into a container that is never started and has the build
 * container's merged root as a mount. Only the root: a path below it is the image's to choose, and could lead the engine
 * elsewhere on its machine. What can't be kept, because the engine doesn't say where the root is, is `lost`.
 */
export async function keepStrayFiles(
  job: Job,
  container: BuildContainer,
  facts: ImageProbe,
  imageId: string,
  scripts: ScriptSet,
): Promise<StrayFiles> {
  const { engine, workspace } = job;
  const placed = scripts.trees.map(({ folder }) => folder);
  const { gate, destination } = container;
  const mayStay = (path: string) => !ours.has(top(path)) || isImageContent(path, facts, placed);
  const present = (await gate.list(destination)).map((path) => path.slice(destination.length + 1));
  const candidates = present.filter(mayStay);
  if (container.delivery.mount === undefined) {
    await clearOwnLayer(
      engine,
      container,
      present.filter((path) => ours.has(path)),
    );
    return { kept: candidates, lost: [] };
  }
  // Docker refuses links that lead out of the folder that it unpacks into, Podman sees a mount only when asked for it.
  const unpackInto = engine.about.kind === 'podman' ? `/${helperFolder}` : '/';
  const root = engine.about.kind === 'podman' ? '' : `${helperFolder}/`;
  const below = (path: string) => `${root}${facts.resolvedDestination.slice(1)}/${path}`;
  const known = new Map(facts.content.map((entry) => [entry.path, entry]));
  if (candidates.length === 0) return { kept: [], lost: [] };

  const mergedRoot = (await engine.inspectContainer(gate.id))?.mergedRoot;
  const tar = mergedRoot === undefined ? undefined : await engine.getArchive(gate.id, destination);
  if (mergedRoot === undefined || tar === undefined)
    return { kept: [], lost: candidates.filter((path) => !known.has(path)) };

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
  const spool = join(workspace.folder, 'left.tar');
  await Promise.all([pipeline(tar, select), pipeline(Readable.from(keep), createWriteStream(spool, { mode: 0o600 }))]);
  const mounts: readonly Mount[] = [{ type: 'bind', source: mergedRoot, target: `/${helperFolder}` }];
  await withHelper(engine, workspace, { role: 'keep', imageId, mounts }, (helper) =>
    // Never while the archive is still being read: for so long the engine has the mount over the layer below.
    engine.putArchive(helper, unpackInto, createReadStream(spool)),
  );
  return { kept: candidates, lost: [] };
}

function top(path: string): string {
  return path.split('/', 1)[0] ?? '';
}

/** The image may have scripts of its own at `/tmp/scripts`; when the build put none there, they are the image's. */
function isImageContent(path: string, facts: ImageProbe, placed: readonly string[]): boolean {
  const name = top(path);
  if (name !== 'scripts' && name !== 'defaultScripts') return false;
  return !placed.includes(name) && facts.content.some((entry) => entry.path === name);
}

function isUnchanged(before: ContentEntry | undefined, now: { size?: number; mode?: number; mtime?: Date }): boolean {
  if (before === undefined) return false;
  const mtime = Math.floor((now.mtime?.getTime() ?? 0) / 1000);
  return before.size === (now.size ?? 0) && before.mode === ((now.mode ?? 0) & 0o7777) && before.mtime === mtime;
}

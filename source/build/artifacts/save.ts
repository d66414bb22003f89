import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ImageDetails } from '../../engine/engine.ts';
import { messageOf } from '../../errors.ts';
import { savedBy } from '../../protocol/save-artifacts.ts';
import { timeLimit } from '../../time-limit.ts';
import type { FileTree } from '../../tree/tree.ts';
import { BuildContainer } from '../container/container.ts';
import { withHelper } from '../container/helper.ts';
import { lend } from '../container/lent/lend.ts';
import type { ImageProbe } from '../image/probe.ts';
import type { Job } from '../job.ts';
import type { ScriptOutput } from '../output/stream.ts';
import type { ResolvedScript, ScriptSet } from '../scripts/resolve.ts';
import type { Builder } from '../steps/builder.ts';
import { namingSaveArtifacts } from './failure.ts';
import { keepArchive } from './kept.ts';
import { type Nothing, nothingSaved } from './nothing.ts';
import { receive } from './receive.ts';
import { takeArtifacts } from './take.ts';

/** What a previous image had to give, in an archive. */
export type SavedArtifacts =
  | { readonly tree: FileTree; readonly files: number; readonly bytes: number; readonly cached: boolean }
  | Nothing;

/** A container in which assemble has run, and what it was made with. */
interface Assembling {
  readonly container: BuildContainer;
  readonly builder: Builder;
  readonly scripts: ScriptSet;
  readonly env: readonly string[];
}

export interface SaveRequest {
  readonly previous: ImageDetails;
  readonly script: ResolvedScript;
  /** The previous image has an older builder's copy of an `image://` script: the current builder's is to run. */
  readonly scriptIsOlder: boolean;
  readonly builderId: string;
  /** Trees that the script needs beside it. */
  readonly trees: readonly { readonly folder: string; readonly tree: FileTree }[];
  readonly env: readonly string[];
  readonly destination: string;
  readonly facts: Promise<ImageProbe>;
  readonly output: ScriptOutput;
  /** The previous image is a runtime image, without what built it: there is what was kept when it was built, or nothing. */
  readonly onlyKept?: boolean;
  /** Its container ends when this aborts: what is removed at once makes the files slow that are made next (docs/engines.md). */
  readonly until?: AbortSignal | undefined;
}

/**
 * Asks the previous image for its artifacts (docs/protocol.md, "save-artifacts"): runs the script in a gated container of it
 * and tells by what it did which of the two protocols it speaks. The result is the same for both, an archive; it's
 * cached by (image id, script digest), so that no image is asked twice.
 */
export function saveArtifacts(job: Job, request: SaveRequest): Promise<SavedArtifacts> {
  return askOnce(job, request).catch((error: unknown) => {
    throw namingSaveArtifacts(error);
  });
}

async function askOnce(job: Job, request: SaveRequest): Promise<SavedArtifacts> {
  const { workspace, cache, signal } = job;
  const timeout = job.request.artifactsTimeout;
  const entry = cacheEntry(request.previous.id, request.script);
  const archive = join(workspace.folder, `saved-${randomUUID()}.tar`);
  const cached = await cache.find(entry);
  if (cached !== undefined) {
    // The cache may lose it at any time.
    const tree = await keepArchive(createReadStream(cached), archive, signal);
    return savedIn(tree, true) ?? { tree: undefined, reason: 'clean build: the previous image has nothing saved' };
  }
  if (request.onlyKept) {
    return { tree: undefined, reason: 'clean build: nothing is kept here of the build that made the previous image' };
  }

  const limit = timeLimit(timeout, signal);
  let saved: SavedArtifacts | undefined;
  try {
    saved = await runScript(job, request, { archive, entry }, limit.signal);
    return saved;
  } catch (error) {
    if (!limit.isOver()) throw error;
    const reason = `clean build: save-artifacts took longer than ${timeout / 1000} s (--artifacts-timeout)`;
    return { tree: undefined, reason, failed: true };
  } finally {
    limit.close();
    if (saved?.tree === undefined) await rm(archive, { force: true });
  }
}

/** undefined: there is no file of it. */
function savedIn(tree: FileTree | undefined, cached: boolean): SavedArtifacts | undefined {
  const files = tree?.entries.filter(({ type }) => type !== 'directory') ?? [];
  if (tree === undefined || files.length === 0) return undefined;
  const bytes = files.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
  return { tree, files: files.length, bytes, cached };
}

/** Where the cache has what an image saves by a script. */
function cacheEntry(imageId: string, { digest }: ResolvedScript): string {
  const key = createHash('sha256').update(`${imageId}\0${digest}`).digest('hex');
  return join('artifacts', `${key}.tar`);
}

async function runScript(
  job: Job,
  request: SaveRequest,
  { archive, entry }: { readonly archive: string; readonly entry: string },
  signal: AbortSignal,
): Promise<SavedArtifacts> {
  const { workspace, cache } = job;
  const container = await BuildContainer.open(job, {
    role: 'save',
    imageId: request.previous.id,
    user: request.previous.config.user,
    env: request.env,
    destination: request.destination,
    facts: request.facts,
    ownLayer: 'thrown-away',
    labels: { 'io.sti.session': workspace.name },
  });
  const onAbort = () => container.gate.discard();
  signal.addEventListener('abort', onAbort, { once: true });
  let storing: Promise<void> | undefined;
  let until: AbortSignal | undefined;
  try {
    signal.throwIfAborted();
    for (const { folder: to, tree } of request.trees) await container.place(tree, to, signal);
    await placeEmptyFolder(job, container, signal);
    if (request.scriptIsOlder) await copyScripts(job, request, container.gate.id);
    await lend(job, container, { image: request.previous, env: request.env, thrownAway: true, signal });
    const saved = await runIn(job, container, request, archive, signal);
    if (saved.tree !== undefined) storing = cache.store(entry, () => createReadStream(archive));
    until = saved.tree && request.until;
    return saved;
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (until === undefined) container.gate.discard();
    else until.addEventListener('abort', () => container.gate.discard(), { once: true });
    // Nothing waits for the disk: the build's end does.
    void job.tasks.start(async () => storing);
  }
}

async function placeEmptyFolder({ workspace }: Job, container: BuildContainer, signal: AbortSignal): Promise<void> {
  await container.place({ root: workspace.folder, entries: [], disposable: false }, 'artifacts', signal);
  await container.enter();
}

/** Runs the script in a container in which all is in place, and takes what it saves. */
async function runIn(
  { engine }: Job,
  container: BuildContainer,
  { script, output }: Pick<SaveRequest, 'script' | 'output'>,
  archive: string,
  signal: AbortSignal,
): Promise<SavedArtifacts> {
  const { sink, end, lastLines } = output;
  try {
    const stdout = new PassThrough({ highWaterMark: 1024 * 1024 });
    const received = receive(stdout, archive, sink, signal);
    received.catch(() => {});
    const outcome = await container.run('apart', script.path, async (stream, bytes) => {
      if (stream === 'stderr') await sink(stream, bytes);
      else if (!stdout.write(bytes)) await drained(stdout);
    });
    stdout.end();
    const { printed, failure, tree } = await received;
    await end();
    const { exitCode } = outcome;
    const left = savedBy({ exitCode, printed, folderEmpty: false });
    const nothing = nothingSaved(savedBy({ exitCode, printed, folderEmpty: true }), { exitCode, lines: lastLines() });
    if (left === 'stream' && failure !== undefined) throw failure;
    if (left !== 'stream' && left !== 'folder') return nothing;
    return (
      savedIn(left === 'stream' ? tree : await takeArtifacts(engine, container, archive, signal), false) ?? nothing
    );
  } finally {
    await end();
  }
}

/**
 * Saves in the container that assemble has just run in, for an image that won't have what save-artifacts needs, and lets the
 * container go. A failure costs the next build its artifacts, never this one.
 * @returns puts what was saved where the next build looks for it, once the image has an id
 */
export async function keepArtifacts(
  job: Job,
  { container, builder, scripts, env }: Assembling,
): Promise<(imageId: string) => Promise<void>> {
  const { workspace, cache, reporter } = job;
  const script = scripts.found.get('save-artifacts');
  const output = reporter.output('artifacts');
  const limit = timeLimit(job.request.artifactsTimeout, job.signal);
  const nothing = async () => {};
  try {
    if (script === undefined) return nothing;
    const archive = join(workspace.folder, `kept-${randomUUID()}.tar`);
    await container.gate.clear([container.path('artifacts')]);
    await placeEmptyFolder(job, container, limit.signal);
    await lend(job, container, { image: builder.image, env, thrownAway: true, signal: limit.signal });
    const saved = await runIn(job, container, { script, output }, archive, limit.signal);
    if (saved.tree !== undefined)
      return (imageId) => cache.store(cacheEntry(imageId, script), () => createReadStream(archive));
    if (saved.failed) reporter.warn(saved.reason.replace(/^clean build: /, 'nothing is kept for the next build: '));
  } catch (error) {
    job.signal.throwIfAborted();
    reporter.warn(`nothing is kept for the next build: ${messageOf(error)}`);
  } finally {
    limit.close();
    container.gate.discard();
  }
  return nothing;
}

/** At once for a stream that is closed: nothing more will be told of it. */
function drained(stream: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed || stream.destroyed) return resolve();
    stream.once('drain', resolve);
    stream.once('close', resolve);
  });
}

/** Puts the current builder's scripts over those of the previous image; its container is never committed. */
async function copyScripts(job: Job, request: SaveRequest, containerId: string): Promise<void> {
  const { engine, workspace, signal } = job;
  const folder = dirname(request.script.path);
  await withHelper(engine, workspace, { role: 'probe', imageId: request.builderId }, async (builder) => {
    const tar = await engine.getArchive(builder, folder, signal);
    if (tar !== undefined) await engine.putArchive(containerId, dirname(folder), tar, signal);
  });
}

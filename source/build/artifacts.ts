import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Engine, ImageDetails } from '../engine/engine.ts';
import { StiError } from '../errors.ts';
import { linkStaysInside, windingLinkStaysInside } from '../origin/link-safety.ts';
import { packTree } from '../origin/pack-tree.ts';
import { scanFolder } from '../origin/scan-folder.ts';
import type { FileTree, TreeEntry } from '../origin/tree.ts';
import { unpackTar } from '../origin/unpack-tar.ts';
import { savedBy } from '../protocol/save-artifacts.ts';
import type { ImageFacts } from './image-facts.ts';
import type { Job } from './job.ts';
import { LastLines } from './last-lines.ts';
import { receiveArchive } from './receive-archive.ts';
import type { ResolvedScript } from './scripts.ts';
import type { OutputSink } from './standby.ts';
import { timeLimit } from './time-limit.ts';
import { Workplace } from './workplace.ts';

/** What a previous image had to give; `tree` undefined: nothing, for the reason given. */
export type SavedArtifacts =
  | { readonly tree: FileTree; readonly files: number; readonly bytes: number; readonly cached: boolean }
  | { readonly tree: undefined; readonly reason: string; readonly failed?: boolean };

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
  readonly facts: Promise<ImageFacts>;
  readonly output: OutputSink;
}

/**
 * Asks the previous image for its artifacts (PROTOCOL.md, "save-artifacts"): runs the script in a gated container of it
 * and tells by what it did which of the two protocols it speaks. The result is the same for both, a folder; it's cached
 * by (image id, script digest), so that no image is asked twice.
 */
export async function saveArtifacts(job: Job, request: SaveRequest): Promise<SavedArtifacts> {
  const { session, cache, signal } = job;
  const timeout = job.request.artifactsTimeout;
  const key = createHash('sha256').update(`${request.previous.id}\0${request.script.digest}`).digest('hex');
  const entry = join('artifacts', `${key}.tar`);
  const folder = await mkdtemp(join(session.folder, 'saved-'));
  const archive = await cache.find(entry);
  if (archive !== undefined) {
    const { files, bytes } = await unpackTar(createReadStream(archive), folder, { code: 'artifacts', signal });
    if (files === 0) return { tree: undefined, reason: 'clean build: the previous image has nothing saved' };
    const { tree } = await treeOf(folder, signal);
    return { tree, files, bytes, cached: true };
  }

  const limit = timeLimit(timeout, signal);
  const part = `${folder}.tar`;
  const saved = await runScript(job, request, folder, part, limit.signal)
    .catch((error: unknown): SavedArtifacts => {
      if (!limit.isOver()) throw error;
      const reason = `clean build: save-artifacts took longer than ${timeout / 1000} s (--artifacts-timeout)`;
      return { tree: undefined, reason, failed: true };
    })
    .finally(limit.close);
  if (saved.tree === undefined) {
    await rm(folder, { recursive: true, force: true });
    return saved;
  }
  await cache.adopt(entry, part);
  return saved;
}

async function runScript(
  job: Job,
  request: SaveRequest,
  folder: string,
  part: string,
  signal: AbortSignal,
): Promise<SavedArtifacts> {
  const { engine, session } = job;
  const workplace = await Workplace.open(job, {
    role: 'save',
    imageId: request.previous.id,
    user: request.previous.config.user,
    env: request.env,
    destination: request.destination,
    facts: request.facts,
    labels: { 'io.sti.session': session.name },
  });
  const onAbort = () => workplace.standby.discard();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const empty: FileTree = { root: session.folder, entries: [], disposable: false };
    for (const { folder: to, tree } of [...request.trees, { folder: 'artifacts', tree: empty }]) {
      await workplace.place(tree, to, signal);
    }
    if (request.scriptIsOlder) await copyScripts(job, request, workplace.standby.id);
    const last = new LastLines();
    const stdout = new PassThrough({ highWaterMark: 1024 * 1024 });
    const received = receiveArchive(stdout, folder, part, last.tap(request.output), signal);
    received.catch(() => {});
    const outcome = await workplace.standby.run('run', request.script.path, async (stream, bytes) => {
      if (stream === 'stderr') await last.tap(request.output)(stream, bytes);
      else if (!stdout.write(bytes)) await Promise.race([drained(stdout), received]);
    });
    stdout.end();
    const { firstBlock } = await received;
    const left = savedBy({ exitCode: outcome.exitCode, firstBlock, folderEmpty: false });
    switch (left) {
      case 'failed':
        return {
          tree: undefined,
          failed: true,
          reason: `clean build: save-artifacts failed with exit code ${outcome.exitCode}${tail(last.lines)}`,
        };
      case 'empty-archive':
      case 'nothing':
        return { tree: undefined, reason: 'clean build: save-artifacts saved nothing' };
      case 'stream':
        break;
      case 'folder':
        if (!(await takeFolder(workplace, engine, folder, signal))) {
          return { tree: undefined, reason: 'clean build: save-artifacts saved nothing' };
        }
        break;
    }
    const { tree, files, bytes } = await treeOf(folder, signal);
    if (files === 0) return { tree: undefined, reason: 'clean build: save-artifacts saved nothing' };
    if (left === 'folder') {
      await pipeline(
        packTree(tree, { prefix: '', owner: { uid: 0, gid: 0 }, signal }),
        createWriteStream(part, { mode: 0o600 }),
      );
    }
    return { tree, files, bytes, cached: false };
  } finally {
    signal.removeEventListener('abort', onAbort);
    workplace.standby.discard();
  }
}

/** Seed protocol: what the script put into `/tmp/artifacts`. false: nothing. */
async function takeFolder(workplace: Workplace, engine: Engine, folder: string, signal: AbortSignal): Promise<boolean> {
  await rm(folder, { recursive: true, force: true });
  if (workplace.stage !== undefined) {
    await rename(join(workplace.stage, 'artifacts'), folder).catch(() => mkdir(folder));
    return true;
  }
  const listed = await workplace.standby.list(workplace.path('artifacts'));
  if (listed.length === 0) return false;
  const tar = await engine.getArchive(workplace.standby.id, workplace.path('artifacts'), signal);
  if (tar === undefined) return false;
  const unpacked = `${folder}-unpacked`;
  await mkdir(unpacked);
  await unpackTar(tar, unpacked, { code: 'artifacts', signal });
  await rename(join(unpacked, 'artifacts'), folder);
  return true;
}

async function treeOf(folder: string, signal: AbortSignal): Promise<{ tree: FileTree; files: number; bytes: number }> {
  const { entries, fileCount, bytes, special } = await scanFolder(folder, { withGit: true, signal });
  const unsafe = special[0] ?? entries.find((entry) => leaves(folder, entry))?.path;
  if (unsafe !== undefined) {
    const why = special.length > 0 ? 'is a socket, pipe or device' : 'is a link that leaves the folder';
    throw new StiError('artifacts', `the artifacts can't be taken: ${JSON.stringify(unsafe)} ${why}`, {
      hint: 'Let save-artifacts save plain files, folders and links that stay inside.',
    });
  }
  return { tree: { root: folder, entries, disposable: true }, files: fileCount, bytes };
}

/** Files that came without an archive are held to an archive's rules. */
function leaves(folder: string, entry: TreeEntry): boolean {
  if (entry.type !== 'link') return false;
  const stays = linkStaysInside(entry.path, entry.target);
  return stays === 'no' || (stays === 'winding' && !windingLinkStaysInside(folder, entry.path));
}

function drained(stream: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve);
    stream.once('close', resolve);
  });
}

function tail(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `:\n${lines.join('\n')}`;
}

/** Puts the current builder's scripts over those of the previous image; its container is never committed. */
async function copyScripts(job: Job, request: SaveRequest, containerId: string): Promise<void> {
  const { engine, session, signal } = job;
  const folder = dirname(request.script.path);
  const builder = await engine.createContainer({
    name: session.containerName('probe'),
    image: request.builderId,
    command: ['/bin/sh'],
    env: [],
    mounts: [],
    labels: { 'io.sti.session': session.name },
    interactive: false,
  });
  try {
    const tar = await engine.getArchive(builder, folder, signal);
    if (tar !== undefined) await engine.putArchive(containerId, dirname(folder), tar, signal);
  } finally {
    await engine.removeContainer(builder);
  }
}

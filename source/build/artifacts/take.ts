import { createReadStream, createWriteStream, lstatSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { linkStaysInside, windingLinkStaysInside } from '../../tree/archive/links.ts';
import { unpackTar } from '../../tree/archive/tar.ts';
import { copyTree } from '../../tree/copy.ts';
import { packTree } from '../../tree/pack.ts';
import { scanFolder } from '../../tree/scan.ts';
import type { FileTree, TreeEntry } from '../../tree/tree.ts';
import type { BuildContainer } from '../container/container.ts';

/** As many as an archive may have. */
const maxEntries = 1_000_000;

/** A folder of artifacts, and how much is in it. */
export interface ArtifactsTree {
  readonly tree: FileTree;
  /** Files and links. */
  readonly files: number;
  readonly bytes: number;
}

/** A tar of what was saved, for the cache. */
export type Archive = () => Readable;

/**
 * Takes what save-artifacts has put into `/tmp/artifacts` (the seed protocol) as `folder`, which doesn't exist yet. The
 * container's own files are only read, and on this machine not before it has ended: a folder that a container can write is
 * hostile ground. undefined: there was nothing.
 */
export async function takeArtifacts(
  engine: Engine,
  container: BuildContainer,
  folder: string,
  signal: AbortSignal,
): Promise<Archive | undefined> {
  if (container.bound === undefined) {
    if ((await container.gate.list(container.path('artifacts'))).length === 0) return undefined;
    const tar = await engine.getArchive(container.gate.id, container.path('artifacts'), signal);
    if (tar === undefined) return undefined;
    const unpacked = `${folder}-unpacked`;
    await mkdir(unpacked);
    await unpackTar(tar, unpacked, { code: 'artifacts', signal });
    requireFolder(join(unpacked, 'artifacts'));
    await rename(join(unpacked, 'artifacts'), folder);
    const { tree } = await artifactsIn(folder, signal);
    // Who restores the artifacts may move them out of the folder.
    const archive = `${folder}.tar`;
    await pipeline(packed(tree, signal), createWriteStream(archive, { mode: 0o600 }));
    return () => createReadStream(archive);
  }
  container.gate.discard();
  await container.gate.removed;
  const left = join(container.bound.stage, 'artifacts');
  if (!requireFolder(left)) return undefined;
  const { tree, files } = await artifactsIn(left, signal);
  if (files === 0) return undefined;
  await copyTree({ ...tree, disposable: false }, folder, { signal });
  // It goes on when the signal is over: what a failed build was given the next one needs as well.
  return () => packed(tree);
}

/** The same from an archive that was taken before. */
export function unpackArtifacts(archive: string, folder: string, signal: AbortSignal) {
  return unpackTar(createReadStream(archive), folder, { code: 'artifacts', signal });
}

/** Lists a folder of artifacts, which holds them to an archive's rules: plain files, folders, and links that stay inside. */
export async function artifactsIn(folder: string, signal: AbortSignal): Promise<ArtifactsTree> {
  const { entries, fileCount, bytes, special } = await scanFolder(folder, { artifacts: true, maxEntries, signal });
  const unsafe = special[0] ?? entries.find((entry) => leaves(folder, entry))?.path;
  if (unsafe !== undefined) {
    const why = special.length > 0 ? 'is a socket, pipe or device' : 'is a link that leaves the folder';
    throw refused(`${JSON.stringify(unsafe)} ${why}`);
  }
  return { tree: { root: folder, entries, disposable: true }, files: fileCount, bytes };
}

/** false: it isn't there. */
function requireFolder(path: string): boolean {
  const details = lstatSync(path, { throwIfNoEntry: false });
  if (details !== undefined && !details.isDirectory()) throw refused('/tmp/artifacts is no folder any more');
  return details !== undefined;
}

function packed(tree: FileTree, signal?: AbortSignal): Readable {
  return packTree(tree, { prefix: '', owner: { uid: 0, gid: 0 }, signal });
}

function leaves(folder: string, entry: TreeEntry): boolean {
  if (entry.type !== 'link') return false;
  const stays = linkStaysInside(entry.path, entry.target);
  return stays === 'no' || (stays === 'winding' && !windingLinkStaysInside(folder, entry.path));
}

function refused(why: string): StiError {
  return new StiError('artifacts', `cannot read what save-artifacts saved: ${why}`, {
    hint: 'Make save-artifacts save plain files, folders and links that stay inside, or build with --clean.',
  });
}

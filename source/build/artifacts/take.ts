import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { BuildContainer } from '../container/container.ts';
import { keepArchive } from './kept.ts';

/**
 * Takes what save-artifacts has put into `/tmp/artifacts` (the seed protocol), as a tar at `path`. The container's own files
 * are hostile ground: the engine looks at them from inside the container's root, and no path on this machine ever leads to
 * them. undefined: there was nothing.
 */
export async function takeArtifacts(
  engine: Engine,
  container: BuildContainer,
  path: string,
  signal: AbortSignal,
): Promise<FileTree | undefined> {
  const { id } = container.gate;
  const folder = container.path('artifacts');
  const details = await engine.statPath(id, folder, signal);
  if (details === undefined) return undefined;
  if (details.type !== 'directory') {
    throw new StiError('artifacts', `what save-artifacts saved can't be taken: ${folder} is no folder any more`, {
      hint: 'Let save-artifacts save plain files, folders and links that stay inside, or build with --clean.',
    });
  }
  const tar = await engine.getArchive(id, `${folder}/.`, signal);
  return tar && keepArchive(tar, path, signal);
}

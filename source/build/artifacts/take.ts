import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { BuildContainer } from '../container/container.ts';
import { keepArchive } from './kept.ts';

/** The engine passes over what lies deeper than a path may be long (4,096 bytes), and doesn't say so. */
const longestPath = 3_500;

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
  if (details.type !== 'directory') throw refused(`${folder} is no folder any more`);
  const tar = await engine.getArchive(id, `${folder}/.`, signal);
  const tree = tar && (await keepArchive(tar, path, signal));
  const deep = tree?.entries.find((entry) => Buffer.byteLength(entry.path) > longestPath);
  if (deep !== undefined) throw refused(`${JSON.stringify(deep.path.slice(0, 200))}… lies too deep`);
  return tree;
}

function refused(why: string): StiError {
  return new StiError('artifacts', `cannot read what save-artifacts saved: ${why}`, {
    hint: 'Make save-artifacts save plain files, folders and links that stay inside, or build with --clean.',
  });
}

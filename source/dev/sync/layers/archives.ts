import type { FileChange } from '../../../engine/engine.ts';

/** So many changed files directly in one folder are had by one archive of it. */
const manyFiles = 40;

/**
 * The paths of which archives hold all that was added or changed: whole folders where they are new, else single files, and
 * folders with many such files.
 *
 * @param changes as the engine lists them: folders on the way to a change are among them, as changed
 */
export function archivesOf(changes: readonly FileChange[]): string[] {
  const there = changes.filter(({ kind }) => kind !== 'deleted');
  const added = new Set(there.filter(({ kind }) => kind === 'added').map(({ path }) => path));
  const tops = there.filter(({ path, kind }) => kind === 'added' && !added.has(parentOf(path)));
  const parents = new Set(there.map(({ path }) => parentOf(path)));
  const changed = there.filter(({ path, kind }) => kind === 'changed' && !parents.has(path));
  const byFolder = new Map<string, string[]>();
  for (const { path } of [...tops, ...changed]) {
    const folder = parentOf(path);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), path]);
  }
  return [...byFolder].flatMap(([folder, paths]) => (paths.length > manyFiles && folder !== '' ? [folder] : paths));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

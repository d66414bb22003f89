import { treeDelta } from '../../../tree/sync.ts';
import type { TreeEntry } from '../../../tree/tree.ts';
import { isForBuild, type Kind, kindOf } from '../kind.ts';
import { type Contents, mostBytes, mostFiles } from './contents.ts';
import type { FileChange } from './lesson.ts';

const much = 'it was much at once';
const moreThanFiles = 'more than what is in files was changed';

/** What the files of one state have over those of another; in words why that is more than files, or too much, or not known. */
export function fileChanges(
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
  contents: Contents,
): FileChange[] | string {
  const { bring, remove } = treeDelta(before, after);
  if (bring.length + remove.length > mostFiles) return much;
  const old = new Map(before.map((entry) => [entry.path, entry]));
  const changes: FileChange[] = [];
  let bytes = 0;
  for (const entry of bring) {
    const was = old.get(entry.path);
    if (entry.type !== 'file' || (was !== undefined && was.type !== 'file')) return moreThanFiles;
    if (was !== undefined && was.mode !== entry.mode) return moreThanFiles;
    bytes += entry.size;
    if (bytes > mostBytes) return much;
    const content = contents.get(entry.path);
    if (content === undefined) return 'it was saved again before its image was there';
    changes.push({ change: changeTo(was !== undefined), path: entry.path, content, mode: entry.mode });
  }
  for (const path of remove) {
    const was = old.get(path);
    if (was?.type !== 'file') return moreThanFiles;
    changes.push({ change: 'removed', path, content: '', mode: was.mode });
  }
  return changes;
}

/** The kinds of files in which two states differ, but for what is for the build. */
export function kindsBetween(before: readonly TreeEntry[], after: readonly TreeEntry[]): Kind[] {
  const { bring, remove } = treeDelta(before, after);
  const old = new Set(before.map(({ path }) => path));
  const kinds = [
    ...bring.flatMap(({ type, path }) => (type === 'file' ? [{ path, change: changeTo(old.has(path)) }] : [])),
    ...remove.map((path) => ({ path, change: 'removed' as const })),
  ];
  const few = kinds.slice(0, mostFiles).filter(({ path }) => !isForBuild(path));
  return few.map(({ path, change }) => kindOf(path, change));
}

function changeTo(wasThere: boolean): 'changed' | 'added' {
  return wasThere ? 'changed' : 'added';
}

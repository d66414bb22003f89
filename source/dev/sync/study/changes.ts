import { lstatSync } from 'node:fs';
import { readExactly } from '../../../tree/content.ts';
import { treeDelta } from '../../../tree/sync.ts';
import type { FileEntry, FileTree, TreeEntry } from '../../../tree/tree.ts';
import { isForBuild, type Kind, kindOf } from '../kind.ts';
import { digestOf } from '../layers/read.ts';
import type { FileChange } from './lesson.ts';

/** Nothing is learned from more at once. */
const mostFiles = 200;
const mostBytes = 64 * 1024 * 1024;

const much = 'it was much at once';
const moreThanFiles = 'more than what is in files was changed';
const notThere = 'it was saved again before it was looked at';

/**
 * What the files of one state have over those of another; in words why that is more than files, or too much, or no longer
 * to be seen.
 *
 * @param newest the source as it is now, which is where content is read
 */
export function fileChanges(
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
  newest: FileTree,
): FileChange[] | string {
  const { bring, remove } = treeDelta(before, after);
  if (bring.length + remove.length > mostFiles) return much;
  const old = new Map(before.map((entry) => [entry.path, entry]));
  const now = new Map(newest.entries.map((entry) => [entry.path, entry]));
  const changes: FileChange[] = [];
  let bytes = 0;
  for (const entry of bring) {
    const was = old.get(entry.path);
    const current = now.get(entry.path);
    if (entry.type !== 'file' || (was !== undefined && was.type !== 'file')) return moreThanFiles;
    if (was !== undefined && was.mode !== entry.mode) return moreThanFiles;
    if (current?.type !== 'file' || current.mtimeMs !== entry.mtimeMs || current.size !== entry.size) return notThere;
    bytes += entry.size;
    if (bytes > mostBytes) return much;
    const content = digestOfFile(newest.root, entry);
    if (content === undefined) return notThere;
    changes.push({ change: was === undefined ? 'added' : 'changed', path: entry.path, content, mode: entry.mode });
  }
  for (const path of remove) {
    const was = old.get(path);
    if (was?.type !== 'file') return moreThanFiles;
    if (now.has(path)) return notThere;
    changes.push({ change: 'removed', path, content: '', mode: was.mode });
  }
  return changes;
}

/** undefined: what was seen there is there no more, though the watcher may not know it yet. */
function digestOfFile(root: string, entry: FileEntry): string | undefined {
  try {
    const content = readExactly(root, entry);
    return entry.growing || lstatSync(`${root}/${entry.path}`).mtimeMs === entry.mtimeMs
      ? digestOf(content)
      : undefined;
  } catch {
    return undefined;
  }
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

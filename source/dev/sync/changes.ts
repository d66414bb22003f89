import { readExactly } from '../../tree/content.ts';
import { treeDelta } from '../../tree/sync.ts';
import type { FileTree, TreeEntry } from '../../tree/tree.ts';
import { digestOf } from './layers/read.ts';
import type { FileChange } from './lesson.ts';

/** Nothing is learned from more at once. */
const mostFiles = 200;
const mostBytes = 64 * 1024 * 1024;

/**
 * What the files of one state have over those of another; undefined where that is more than files, or too much, or no
 * longer to be seen.
 *
 * @param newest the source as it is now, which is where content is read
 */
export function fileChanges(
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
  newest: FileTree,
): FileChange[] | undefined {
  const { bring, remove } = treeDelta(before, after);
  if (bring.length + remove.length > mostFiles) return undefined;
  const old = new Map(before.map((entry) => [entry.path, entry]));
  const now = new Map(newest.entries.map((entry) => [entry.path, entry]));
  const changes: FileChange[] = [];
  let bytes = 0;
  for (const entry of bring) {
    const was = old.get(entry.path);
    const current = now.get(entry.path);
    if (entry.type !== 'file' || (was !== undefined && was.type !== 'file')) return undefined;
    if (current?.type !== 'file' || current.mtimeMs !== entry.mtimeMs || current.size !== entry.size) return undefined;
    if (was !== undefined && was.mode !== entry.mode) return undefined;
    bytes += entry.size;
    if (bytes > mostBytes) return undefined;
    const content = digestOf(readExactly(newest.root, entry));
    changes.push({ change: was === undefined ? 'added' : 'changed', path: entry.path, content, mode: entry.mode });
  }
  for (const path of remove) {
    const was = old.get(path);
    if (was?.type !== 'file' || now.has(path)) return undefined;
    changes.push({ change: 'removed', path, content: '', mode: was.mode });
  }
  return changes;
}

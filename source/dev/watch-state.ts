import type { TreeEntry } from '../origin/tree.ts';
import { comparePaths, entriesBelow, entriesIn, withUpdates } from './watch-sorted.ts';

/** One difference to the batch before. */
export interface Change {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed';
  readonly type: TreeEntry['type'];
}

/** What was last seen at a path. */
export interface Known {
  readonly entry: TreeEntry;
  readonly inode: number;
  /** Of a file's content; not there before the file is first touched, so that a large tree is ready at once. */
  readonly hash?: string;
  /** When it was seen, ms since the epoch. */
  readonly seenAt: number;
}

/** undefined: nothing is there any more. */
export type Updates = Map<string, Known | undefined>;

export interface TreeState {
  get(path: string): Known | undefined;
  /** Sorted as a tree lists them; the list itself never changes later. */
  entries(): readonly TreeEntry[];
  below(folder: string): readonly TreeEntry[];
  in(folder: string): readonly TreeEntry[];
  /** Takes over what was seen; the differences in content and mode, removals first (children before parents). */
  apply(updates: Updates): Change[];
}

export function createTreeState(): TreeState {
  const known = new Map<string, Known>();
  let entries: readonly TreeEntry[] = [];
  return {
    get: (path) => known.get(path),
    entries: () => entries,
    below: (folder) => entriesBelow(entries, folder),
    in: (folder) => entriesIn(entries, folder),
    apply: (updates) => {
      const sorted = [...updates].sort(([a], [b]) => comparePaths(a, b));
      const changes = sorted.flatMap(([path, now]) => changesBetween(known.get(path), now));
      for (const [path, now] of sorted) {
        if (now) known.set(path, now);
        else known.delete(path);
      }
      if (sorted.length > 0)
        entries = withUpdates(
          entries,
          sorted.map(([path, now]) => [path, now?.entry]),
        );
      const removed = changes.filter(({ kind }) => kind === 'removed');
      return [...removed.reverse(), ...changes.filter(({ kind }) => kind !== 'removed')];
    },
  };
}

function changesBetween(before: Known | undefined, now: Known | undefined): Change[] {
  const removed = before && changeOf(before, 'removed');
  const added = now && changeOf(now, 'added');
  if (!removed || !added) return [removed ?? added ?? []].flat();
  if (removed.type !== added.type) return [removed, added];
  return isSame(before, now) ? [] : [changeOf(now, 'changed')];
}

function changeOf({ entry }: Known, kind: Change['kind']): Change {
  return { path: entry.path, kind, type: entry.type };
}

function isSame(before: Known, now: Known): boolean {
  const [old, entry] = [before.entry, now.entry];
  if (old.mode !== entry.mode) return false;
  if (old.type === 'link' && entry.type === 'link') return old.target === entry.target;
  if (old.type !== 'file' || entry.type !== 'file') return true;
  if (before.hash !== undefined && now.hash !== undefined) return before.hash === now.hash;
  return looksSame(before, now);
}

/** Whether a look found exactly what was known, so that there is nothing to take over. */
export function isKnown(before: Known, now: Known): boolean {
  const [old, entry] = [before.entry, now.entry];
  if (old.mode !== entry.mode || old.mtimeMs !== entry.mtimeMs || before.inode !== now.inode) return false;
  if (old.type === 'link') return entry.type === 'link' && old.target === entry.target;
  if (old.type === 'directory') return entry.type === 'directory';
  return looksSame(before, now) && !(before.hash !== undefined && wasSeenTooEarly(before));
}

/** Whether nothing but a hash could tell the contents of two files apart. */
export function looksSame(before: Known, now: Known): boolean {
  const [old, entry] = [before.entry, now.entry];
  if (old.type !== 'file' || entry.type !== 'file') return false;
  return old.size === entry.size && old.mtimeMs === entry.mtimeMs && before.inode === now.inode;
}

/** File systems stamp times with a clock that ticks every few ms: what was written after the look may bear the same. */
export function wasSeenTooEarly({ entry, seenAt }: Known): boolean {
  return entry.mtimeMs >= seenAt - 20;
}

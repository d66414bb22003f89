import type { TreeEntry } from '../../tree/tree.ts';
import { comparePaths, entriesBelow, entriesIn, withUpdates } from './sorted.ts';

/** One difference to the batch before. */
export interface Change {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed';
  readonly type: TreeEntry['type'];
}

/** What was last seen at a path. */
export interface Snapshot {
  readonly entry: TreeEntry;
  readonly inode: number;
  /** How many names the inode has; undefined: one. */
  readonly names?: number;
  /** When the system last changed it: the one time that nobody can set. ms since the epoch */
  readonly ctimeMs: number;
  /** Of a file's content; not there before the file is first touched, so that a large tree is ready at once. */
  readonly hash?: string;
  /** When it was seen, ms since the epoch. */
  readonly seenAt: number;
}

/** undefined: nothing is there any more. */
export type Updates = Map<string, Snapshot | undefined>;

export interface TreeState {
  /** How often `apply` has taken something over: what a file's next content has as its version. */
  readonly version: number;
  get(path: string): Snapshot | undefined;
  /** Sorted as a tree lists them; the list itself never changes later. */
  entries(): readonly TreeEntry[];
  below(folder: string): readonly TreeEntry[];
  in(folder: string): readonly TreeEntry[];
  /** Takes over what was seen; the differences in content and mode, removals first (children before parents). */
  apply(updates: Updates): Change[];
}

export function createTreeState(): TreeState {
  const known = new Map<string, Snapshot>();
  let entries: readonly TreeEntry[] = [];
  let version = 0;
  return {
    get version() {
      return version;
    },
    get: (path) => known.get(path),
    entries: () => entries,
    below: (folder) => entriesBelow(entries, folder),
    in: (folder) => entriesIn(entries, folder),
    apply: (updates) => {
      version += 1;
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

function changesBetween(before: Snapshot | undefined, now: Snapshot | undefined): Change[] {
  const removed = before && changeOf(before, 'removed');
  const added = now && changeOf(now, 'added');
  if (!removed || !added) return [removed ?? added ?? []].flat();
  if (removed.type !== added.type) return [removed, added];
  return isSame(before, now) ? [] : [changeOf(now, 'changed')];
}

function changeOf({ entry }: Snapshot, kind: Change['kind']): Change {
  return { path: entry.path, kind, type: entry.type };
}

function isSame(before: Snapshot, now: Snapshot): boolean {
  const [old, entry] = [before.entry, now.entry];
  if (old.mode !== entry.mode) return false;
  if (old.type === 'link' && entry.type === 'link') return old.target === entry.target;
  return old.type !== 'file' || entry.type !== 'file' || old.version === entry.version;
}

/** Whether a look found exactly what was known, so that there is nothing to take over. */
export function isKnown(before: Snapshot, now: Snapshot): boolean {
  const [old, entry] = [before.entry, now.entry];
  if (old.mode !== entry.mode || old.mtimeMs !== entry.mtimeMs || before.inode !== now.inode) return false;
  if (old.type === 'link') return entry.type === 'link' && old.target === entry.target;
  if (old.type === 'directory') return entry.type === 'directory';
  return looksSame(before, now) && !wasSeenTooEarly(before);
}

/** Whether the system says that nothing was done to a file, as far as its clock can tell. */
export function looksSame(before: Snapshot, now: Snapshot): boolean {
  const [old, entry] = [before.entry, now.entry];
  if (old.type !== 'file' || entry.type !== 'file') return false;
  if (old.size !== entry.size || old.mtimeMs !== entry.mtimeMs) return false;
  return before.inode === now.inode && before.ctimeMs === now.ctimeMs;
}

/** Milliseconds by which a local file system's clock may tick; some others know whole seconds only. */
const tick = 20;
const coarseTick = 2_000;

/** What was written after the look may bear the same time as what was there at the look. */
export function wasSeenTooEarly({ ctimeMs, seenAt }: Snapshot): boolean {
  return ctimeMs >= seenAt - (ctimeMs % 1_000 === 0 ? coarseTick : tick);
}

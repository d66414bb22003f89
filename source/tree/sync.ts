import { chmodSync } from 'node:fs';
import { type CopyOptions, copyTree } from './copy.ts';
import { removeTree } from './remove.ts';
import { type FileTree, isClosed, ownerAll, type TreeEntry } from './tree.ts';

export interface TreeDelta {
  /**
   * Entries to bring, parents first: new, changed in content or mode, or of another type; and the folders around a change
   * that their owner can't change, which are opened for it.
   */
  readonly bring: readonly TreeEntry[];
  /** Paths to remove first, those of folders without what was in them. */
  readonly remove: readonly string[];
}

/** What it takes to make a copy of one tree into a copy of another. */
export function treeDelta(before: readonly TreeEntry[], after: readonly TreeEntry[]): TreeDelta {
  const [start, end] = sameEnds(before, after);
  const delta = deltaBetween(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return { ...delta, bring: [...closedAround(delta, after), ...delta.bring] };
}

/** How many entries are the same from the start on, and from the end back: in a large tree with one change all the others. */
function sameEnds(before: readonly TreeEntry[], after: readonly TreeEntry[]): [number, number] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && isSameEntry(before[start], after[start])) start += 1;
  let end = 0;
  while (end < most - start && isSameEntry(before.at(-1 - end), after.at(-1 - end))) end += 1;
  return [start, end];
}

function isSameEntry(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a === b || (a?.path === b?.path && isSame(a, b));
}

function deltaBetween(before: readonly TreeEntry[], after: readonly TreeEntry[]): TreeDelta {
  const old = new Map(before.map((entry) => [entry.path, entry]));
  const now = new Map(after.map((entry) => [entry.path, entry]));
  const bring = after.filter((entry) => !isSame(old.get(entry.path), entry));
  const gone = before.filter((entry) => {
    const type = now.get(entry.path)?.type;
    return type !== entry.type || (type === 'link' && !isSame(entry, now.get(entry.path)));
  });
  const removed = new Set(gone.map(({ path }) => path));
  return { bring, remove: gone.map(({ path }) => path).filter((path) => !hasParentIn(path, removed)) };
}

/** The closed folders around a change that aren't brought anyway. */
function closedAround({ bring, remove }: TreeDelta, after: readonly TreeEntry[]): TreeEntry[] {
  const closed = bring.length + remove.length > 0 ? after.filter(isClosed) : [];
  if (closed.length === 0) return closed;
  const brought = new Set(bring.map(({ path }) => path));
  const around = new Set([...brought, ...remove].flatMap(parentsOf));
  return closed.filter(({ path }) => around.has(path) && !brought.has(path));
}

/** Makes `destination`, a copy of `before`, into a copy of `tree`. Only what differs is touched. */
export async function syncTree(
  before: readonly TreeEntry[],
  tree: FileTree,
  destination: string,
  options: CopyOptions = {},
): Promise<TreeDelta> {
  const delta = treeDelta(before, tree.entries);
  if (before.length > 0 && delta.bring.length === 0 && delta.remove.length === 0) return delta;
  const closed = new Set(before.filter(isClosed).map(({ path }) => path));
  for (const { type, path, mode } of delta.bring) {
    if (type === 'directory' && closed.has(path)) chmodSync(`${destination}/${path}`, mode | ownerAll);
  }
  for (const path of delta.remove) removeTree(`${destination}/${path}`);
  await copyTree({ ...tree, entries: delta.bring }, destination, options);
  return delta;
}

function isSame(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  if (a === undefined || b === undefined || a.type !== b.type || a.mode !== b.mode) return false;
  if (a.type === 'directory') return true;
  if (a.type === 'link' && b.type === 'link') return a.target === b.target;
  return (
    a.type === 'file' && b.type === 'file' && a.mtimeMs === b.mtimeMs && a.size === b.size && a.version === b.version
  );
}

function hasParentIn(path: string, paths: ReadonlySet<string>): boolean {
  return parentsOf(path).some((parent) => paths.has(parent));
}

function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) parents.push(path.slice(0, at));
  return parents;
}

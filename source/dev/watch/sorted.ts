import type { TreeEntry } from '../../tree/tree.ts';

type Entries = readonly TreeEntry[];

const slash = '/'.charCodeAt(0);

/** The order of a tree's entries: parents before their children, siblings by code unit order of their names. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return left === slash ? -1 : right === slash ? 1 : left - right;
  }
  return a.length - b.length;
}

/** Where the path is, or would have to be put. */
export function placeOf(entries: Entries, path: string, from = 0): number {
  return bisect(entries, from, (entry) => comparePaths(entry.path, path) < 0);
}

/** Everything below the folder; all of it for ''. */
export function entriesBelow(entries: Entries, folder: string): Entries {
  if (folder === '') return entries;
  const start = placeOf(entries, `${folder}/`);
  return entries.slice(start, endBelow(entries, start, folder));
}

/** What is directly in the folder. */
export function entriesIn(entries: Entries, folder: string): TreeEntry[] {
  const found: TreeEntry[] = [];
  const prefix = folder === '' ? '' : `${folder}/`;
  let index = folder === '' ? 0 : placeOf(entries, prefix);
  for (let entry = entries[index]; entry?.path.startsWith(prefix); entry = entries[index]) {
    found.push(entry);
    index = entry.type === 'directory' ? endBelow(entries, index + 1, entry.path) : index + 1;
  }
  return found;
}

export type Update = readonly [path: string, entry: TreeEntry | undefined];

/**
 * A new list with these paths set or, where undefined, taken out; the updates are in order. What only replaces costs a
 * copy of the list.
 */
export function withUpdates(entries: Entries, updates: readonly Update[]): TreeEntry[] {
  const copy = entries.slice();
  const moving: (readonly [number, TreeEntry | undefined])[] = [];
  for (const [path, entry] of updates) {
    const place = placeOf(entries, path);
    const isThere = entries[place]?.path === path;
    if (isThere && entry) copy[place] = entry;
    else if (isThere || entry) moving.push([place, entry]);
  }
  return moving.length === 0 ? copy : moved(copy, moving);
}

/** Takes out at these places, or inserts before them; the places ascend. */
function moved(entries: Entries, moving: readonly (readonly [number, TreeEntry | undefined])[]): TreeEntry[] {
  const result: TreeEntry[] = [];
  let next = 0;
  for (const [index, entry] of entries.entries()) {
    let stays = true;
    for (let move = moving[next]; move?.[0] === index; move = moving[next]) {
      if (move[1]) result.push(move[1]);
      else stays = false;
      next += 1;
    }
    if (stays) result.push(entry);
  }
  for (const [, entry] of moving.slice(next)) if (entry) result.push(entry);
  return result;
}

function endBelow(entries: Entries, start: number, folder: string): number {
  return bisect(entries, start, (entry) => entry.path.startsWith(`${folder}/`));
}

/** The first index from `start` on where `isBefore` no longer holds. */
function bisect(entries: Entries, start: number, isBefore: (entry: TreeEntry) => boolean): number {
  let low = start;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry && isBefore(entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { lstatSync, readdirSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { createPace, type Pace } from './pace.ts';
import { removeTree } from './remove.ts';
import type { TreeEntry } from './tree.ts';

/** A copy of a tree that others had in their sight, and may have changed. */
export interface ReusableCopy {
  readonly folder: string;
  /** What was put there. */
  readonly entries: readonly TreeEntry[];
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Since when others could change it, by the clock of its filesystem; see {@link filesystemTime}. */
  readonly since: number;
}

interface Look extends ReusableCopy {
  readonly known: ReadonlyMap<string, TreeEntry>;
  readonly left: TreeEntry[];
  readonly pace: Pace;
}

/**
 * Removes from a used copy whatever isn't as it was put there, and resolves to what is left, in the order of a tree.
 * Looking costs far less than copying anew and removing the old: nobody can change a file and keep its ctime.
 */
export async function keepUntouched(copy: ReusableCopy, signal?: AbortSignal): Promise<readonly TreeEntry[]> {
  const known = new Map(copy.entries.map((entry) => [entry.path, entry]));
  const look: Look = { ...copy, known, left: [], pace: createPace(signal) };
  await lookInto(look, '');
  return look.left;
}

/** What the filesystem of this path takes for now: the ctime of a file just written there, ms since the epoch. */
export function filesystemTime(path: string): number {
  writeFileSync(path, '');
  try {
    return lstatSync(path).ctimeMs;
  } finally {
    rmSync(path);
  }
}

async function lookInto(look: Look, folder: string): Promise<void> {
  for (const name of readdirSync(`${look.folder}/${folder}`).sort()) {
    if (look.pace.isDue()) await look.pace.rest();
    const path = folder === '' ? name : `${folder}/${name}`;
    const entry = look.known.get(path);
    if (entry === undefined || !isAsPut(entry, lstatSync(`${look.folder}/${path}`), look)) {
      removeTree(`${look.folder}/${path}`);
      continue;
    }
    look.left.push(entry);
    if (entry.type === 'directory') await lookInto(look, path);
  }
}

/** A folder's own ctime says nothing that the look at what is in it doesn't. */
function isAsPut(entry: TreeEntry, details: Stats, { owner, since }: ReusableCopy): boolean {
  if (details.uid !== owner.uid || details.gid !== owner.gid) return false;
  if (entry.type === 'directory') return details.isDirectory() && (details.mode & 0o7777) === entry.mode;
  if (details.ctimeMs >= since) return false;
  if (entry.type === 'link') return details.isSymbolicLink();
  return details.isFile() && details.nlink === 1;
}

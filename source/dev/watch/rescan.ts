import { lstatSync, readdirSync, type Stats } from 'node:fs';
import type { IgnoreRules } from '../../tree/ignore/rules.ts';
import { createPace, type Pace } from '../../tree/pace.ts';
import { entryOf, isReadable } from '../../tree/scan.ts';
import { setVersions } from './content.ts';
import type { WatchedFolders } from './folders.ts';
import { comparePaths } from './sorted.ts';
import { isKnown, type Snapshot, type TreeState, type Updates } from './state.ts';
import { isTemporaryName } from './temporary.ts';

/** How much to look at: the path, what is directly in it too, or everything below it. What is new is always read whole. */
export type Depth = 'path' | 'list' | 'deep';
export type Touched = ReadonlyMap<string, Depth>;

export interface ScanResult {
  readonly updates: Updates;
  /** A file is empty or gone that had content before: perhaps an editor is in the middle of a save. */
  readonly unfinished: boolean;
  readonly unreadable: readonly string[];
}

export interface RescanContext {
  readonly root: string;
  readonly state: TreeState;
  readonly rules: IgnoreRules | undefined;
  /** undefined while polling, which can begin at any moment. */
  readonly folders: () => WatchedFolders | undefined;
  readonly signal: AbortSignal;
}

interface Rescan extends RescanContext {
  readonly updates: Updates;
  readonly unreadable: string[];
  readonly pace: Pace;
  /** Before whatever is looked at in this turn, ms since the epoch. */
  seenAt: number;
  resting: Promise<void> | undefined;
  unfinished: boolean;
}

/** Reads from disk what was touched, by the build's rules, and opens the folders that are new. Changes no state. */
export async function rescan(touched: Touched, context: RescanContext): Promise<ScanResult> {
  const pace = createPace(context.signal);
  const seenAt = Date.now();
  const at: Rescan = {
    ...context,
    pace,
    seenAt,
    resting: undefined,
    updates: new Map(),
    unreadable: [],
    unfinished: false,
  };
  const inOrder = [...touched].sort(([a], [b]) => comparePaths(a, b));
  await lookAtAll(at, inOrder);
  await lookAtAll(at, otherNames(at));
  for (const [path] of inOrder) {
    // What happens in a folder is seen in its modification time.
    if (current(at, parentOf(path))) recordFolder(at, parentOf(path));
  }
  dropEmptyIgnored(at);
  await setVersions(at.root, at.state, at.updates, pace);
  return at;
}

async function lookAtAll(at: Rescan, paths: readonly (readonly [string, Depth])[]): Promise<void> {
  const folders: (readonly [string, Depth])[] = [];
  for (const [path, depth] of paths) {
    while (at.pace.isDue()) await restTogether(at);
    const inside = path === '' ? depth : lookAt(at, path, depth);
    if (inside !== 'path') folders.push([path, inside]);
  }
  await Promise.all(folders.map(([path, depth]) => lookInto(at, path, depth)));
}

/** The system tells of a write only by the name that it was done by. */
function otherNames(at: Rescan): (readonly [string, Depth])[] {
  const shared = new Set([...at.updates.values()].flatMap((now) => (now?.names ? now.inode : [])));
  if (shared.size === 0) return [];
  const others = at.state.entries().filter(({ path }) => shared.has(at.state.get(path)?.inode ?? 0));
  return others.filter(({ path }) => !at.updates.has(path)).map(({ path }) => [path, 'path']);
}

/** All folders that are being read share one turn: each alone would take its full slice after the others'. */
function restTogether(at: Rescan): Promise<void> {
  at.resting ??= at.pace.rest().finally(() => {
    at.resting = undefined;
    at.seenAt = Date.now();
  });
  return at.resting;
}

/** How much of what is inside must be looked at as well. */
function lookAt(at: Rescan, path: string, depth: Depth): Depth {
  const details = detailsOf(at, path);
  const isFolder = details?.isDirectory() ?? false;
  const ignored = isAlwaysLeftOut(path, isFolder) || (at.rules?.ignores(path, isFolder) ?? false);
  if (details && isFolder && (!ignored || isRescuable(at, path)))
    return lookAtFolder(at, path, details, depth, ignored);
  if (details && !isFolder && !ignored) recordLeaf(at, path, details);
  else markRemoved(at, path);
  return 'path';
}

function isRescuable(at: Rescan, path: string): boolean {
  return !isAlwaysLeftOut(path, true) && (at.rules?.mayRescueInside(path) ?? false);
}

function lookAtFolder(at: Rescan, path: string, details: Stats, depth: Depth, ignored: boolean): Depth {
  const before = at.state.get(path);
  // An ignored folder counts only for the sake of what is rescued inside it, which brings it in.
  if (!ignored) recordFolder(at, path, details);
  if (before?.entry.type === 'directory' && before.inode === details.ino) return depth;
  closeFolders(at, path);
  return 'deep';
}

/** Opened before it is read, so that nothing happens unseen in between. */
async function lookInto(at: Rescan, folder: string, depth: Depth): Promise<void> {
  await at.folders()?.open(folder === '' ? at.root : `${at.root}/${folder}`);
  const names = namesIn(at, folder);
  if (names === undefined) return;
  const paths = names.map((name) => (folder === '' ? name : `${folder}/${name}`));
  const there = new Set(paths);
  for (const { path } of at.state.in(folder)) if (!there.has(path)) markRemoved(at, path);
  const below = depth === 'deep' ? depth : 'path';
  await lookAtAll(
    at,
    paths.map((path) => [path, below]),
  );
}

/** undefined: gone, or it may not be read, and then what was known of it stays. */
function namesIn(at: Rescan, folder: string): string[] | undefined {
  try {
    return readdirSync(`${at.root}/${folder}`);
  } catch {
    if (folder !== '' && !detailsOf(at, folder)) markRemoved(at, folder);
    else at.unreadable.push(folder === '' ? at.root : `${folder}/`);
    return undefined;
  }
}

function detailsOf(at: Rescan, path: string): Stats | undefined {
  try {
    const details = lstatSync(`${at.root}/${path}`, { throwIfNoEntry: false });
    if (!details && path.includes('\uFFFD')) at.unreadable.push(path);
    return details;
  } catch {
    return undefined;
  }
}

/** Beside the ignore rules: git's own files, and what editors put down for a moment. */
export function isAlwaysLeftOut(path: string, isFolder: boolean): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === '.git' || (!isFolder && isTemporaryName(name));
}

function recordLeaf(at: Rescan, path: string, details: Stats): void {
  const known = knownOf(at, path, details);
  if (!known || at.state.get(path)?.entry.type === 'directory') markRemoved(at, path);
  if (!known) return;
  if (known.entry.type === 'file') {
    if (known.entry.size === 0 && hadContent(at, path)) at.unfinished = true;
    if (!isReadable(`${at.root}/${path}`, details)) at.unreadable.push(path);
  }
  record(at, path, known);
}

function recordFolder(at: Rescan, path: string, details = detailsOf(at, path)): void {
  const known = details?.isDirectory() && knownOf(at, path, details);
  if (!known) return;
  record(at, path, known);
}

function record(at: Rescan, path: string, known: Snapshot): void {
  const before = at.state.get(path);
  if (before && isKnown(before, known) && !at.updates.has(path)) return;
  ensureParent(at, path);
  at.updates.set(path, known);
}

/** A folder may come in only by what is in it: it is ignored itself, or it appeared a moment after its look. */
function ensureParent(at: Rescan, path: string): void {
  const parent = parentOf(path);
  if (parent !== '' && current(at, parent)?.entry.type !== 'directory') recordFolder(at, parent);
}

/** undefined: nothing that a tree lists, or a link that went away before it could be read. */
function knownOf(at: Rescan, path: string, details: Stats): Snapshot | undefined {
  try {
    const entry = entryOf(at.root, path, details);
    if (!entry) return undefined;
    const known = { entry, inode: details.ino, ctimeMs: details.ctimeMs, seenAt: at.seenAt };
    return entry.type === 'file' && details.nlink > 1 ? { ...known, names: details.nlink } : known;
  } catch {
    return undefined;
  }
}

function markRemoved(at: Rescan, path: string): void {
  if (hadContent(at, path)) at.unfinished = true;
  closeFolders(at, path);
  for (const { path: below } of at.state.below(path)) at.updates.set(below, undefined);
  if (current(at, path)?.entry.type === 'directory') {
    for (const other of at.updates.keys()) if (other.startsWith(`${path}/`)) at.updates.set(other, undefined);
  }
  if (at.state.get(path) || at.updates.has(path)) at.updates.set(path, undefined);
}

function closeFolders(at: Rescan, path: string): void {
  const folders = at.folders();
  if (!folders) return;
  folders.close(`${at.root}/${path}`);
  for (const entry of at.state.below(path)) {
    if (entry.type === 'directory') folders.close(`${at.root}/${entry.path}`);
  }
}

function hadContent(at: Rescan, path: string): boolean {
  const entry = at.state.get(path)?.entry;
  return entry?.type === 'file' && entry.size > 0;
}

function current(at: Rescan, path: string): Snapshot | undefined {
  return at.updates.has(path) ? at.updates.get(path) : at.state.get(path);
}

/** An ignored folder goes with the last file that was rescued inside it. */
function dropEmptyIgnored(at: Rescan): void {
  for (const [removed, now] of [...at.updates].reverse()) {
    for (let path = parentOf(removed); !now && isEmptyIgnored(at, path); path = parentOf(path)) {
      at.updates.set(path, undefined);
    }
  }
}

function isEmptyIgnored(at: Rescan, path: string): boolean {
  if (path === '' || !current(at, path) || !at.rules?.ignores(path, true)) return false;
  if (at.state.in(path).some((entry) => current(at, entry.path))) return false;
  return ![...at.updates].some(([other, now]) => now && parentOf(other) === path);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

import { lstatSync, readdirSync, type Stats } from 'node:fs';
import type { IgnoreRules } from '../origin/ignore-rules.ts';
import { createPace, type Pace } from '../origin/pace.ts';
import { entryOf, isReadable } from '../origin/scan-folder.ts';
import type { TreeEntry } from '../origin/tree.ts';
import type { WatchedFolders } from './watch-folders.ts';
import { contentHash } from './watch-hash.ts';
import { comparePaths } from './watch-sorted.ts';
import { isKnown, type Known, looksSame, type TreeState, type Updates } from './watch-state.ts';
import { isTemporaryName } from './watch-temporary.ts';

/** How much to look at: the path, what is directly in it too, or everything below it. What is new is always read whole. */
export type Depth = 'path' | 'list' | 'deep';
export type Touched = ReadonlyMap<string, Depth>;

export interface Sight {
  readonly updates: Updates;
  /** A file is empty or gone that had content before: perhaps an editor is in the middle of a save. */
  readonly unfinished: boolean;
  readonly unreadable: readonly string[];
}

export interface LookContext {
  readonly root: string;
  readonly state: TreeState;
  readonly rules: IgnoreRules | undefined;
  /** undefined while polling, which can begin at any moment. */
  readonly folders: () => WatchedFolders | undefined;
  readonly signal: AbortSignal;
}

interface Look extends LookContext {
  readonly updates: Updates;
  readonly unreadable: string[];
  readonly pace: Pace;
  resting: Promise<void> | undefined;
  unfinished: boolean;
}

/** Reads from disk what was touched, by the build's rules, and opens the folders that are new. Changes no state. */
export async function look(touched: Touched, context: LookContext): Promise<Sight> {
  const pace = createPace(context.signal);
  const at: Look = { ...context, pace, resting: undefined, updates: new Map(), unreadable: [], unfinished: false };
  const inOrder = [...touched].sort(([a], [b]) => comparePaths(a, b));
  await lookAtAll(at, inOrder);
  for (const [path] of inOrder) {
    // What happens in a folder is seen in its modification time.
    if (current(at, parentOf(path))) recordFolder(at, parentOf(path));
  }
  dropEmptyIgnored(at);
  addHashes(at);
  return at;
}

async function lookAtAll(at: Look, paths: readonly (readonly [string, Depth])[]): Promise<void> {
  const folders: (readonly [string, Depth])[] = [];
  for (const [path, depth] of paths) {
    while (at.pace.isDue()) await restTogether(at);
    const inside = path === '' ? depth : lookAt(at, path, depth);
    if (inside !== 'path') folders.push([path, inside]);
  }
  await Promise.all(folders.map(([path, depth]) => lookInto(at, path, depth)));
}

/** All folders that are being read share one turn: each alone would take its full slice after the others'. */
function restTogether(at: Look): Promise<void> {
  at.resting ??= at.pace.rest().finally(() => {
    at.resting = undefined;
  });
  return at.resting;
}

/** How much of what is inside must be looked at as well. */
function lookAt(at: Look, path: string, depth: Depth): Depth {
  const details = detailsOf(at, path);
  const isFolder = details?.isDirectory() ?? false;
  const ignored = isAlwaysLeftOut(path, isFolder) || (at.rules?.ignores(path, isFolder) ?? false);
  if (details && isFolder && (!ignored || isRescuable(at, path)))
    return lookAtFolder(at, path, details, depth, ignored);
  if (details && !isFolder && !ignored) recordLeaf(at, path, details);
  else gone(at, path);
  return 'path';
}

function isRescuable(at: Look, path: string): boolean {
  return !isAlwaysLeftOut(path, true) && (at.rules?.mayRescueInside(path) ?? false);
}

function lookAtFolder(at: Look, path: string, details: Stats, depth: Depth, ignored: boolean): Depth {
  const before = at.state.get(path);
  // An ignored folder counts only for the sake of what is rescued inside it, which brings it in.
  if (!ignored) recordFolder(at, path, details);
  if (before?.entry.type === 'directory' && before.inode === details.ino) return depth;
  closeFolders(at, path);
  return 'deep';
}

/** Opened before it is read, so that nothing happens unseen in between. */
async function lookInto(at: Look, folder: string, depth: Depth): Promise<void> {
  await at.folders()?.open(folder === '' ? at.root : `${at.root}/${folder}`);
  const names = namesIn(at, folder);
  if (names === undefined) return;
  const paths = names.map((name) => (folder === '' ? name : `${folder}/${name}`));
  const there = new Set(paths);
  for (const { path } of at.state.in(folder)) if (!there.has(path)) gone(at, path);
  const below = depth === 'deep' ? depth : 'path';
  await lookAtAll(
    at,
    paths.map((path) => [path, below]),
  );
}

/** undefined: gone, or it may not be read, and then what was known of it stays. */
function namesIn(at: Look, folder: string): string[] | undefined {
  try {
    return readdirSync(`${at.root}/${folder}`);
  } catch {
    if (folder !== '' && !detailsOf(at, folder)) gone(at, folder);
    else at.unreadable.push(folder === '' ? at.root : `${folder}/`);
    return undefined;
  }
}

function detailsOf(at: Look, path: string): Stats | undefined {
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

function recordLeaf(at: Look, path: string, details: Stats): void {
  const known = knownOf(at, path, details);
  if (!known || at.state.get(path)?.entry.type === 'directory') gone(at, path);
  if (!known) return;
  if (known.entry.type === 'file') {
    if (known.entry.size === 0 && hadContent(at, path)) at.unfinished = true;
    if (!isReadable(`${at.root}/${path}`, details)) at.unreadable.push(path);
  }
  record(at, path, known);
}

function recordFolder(at: Look, path: string, details = detailsOf(at, path)): void {
  const known = details?.isDirectory() && knownOf(at, path, details);
  if (!known) return;
  record(at, path, known);
}

function record(at: Look, path: string, known: Known): void {
  const before = at.state.get(path);
  if (before && isKnown(before, known) && !at.updates.has(path)) return;
  ensureParent(at, path);
  at.updates.set(path, known);
}

/** A folder may come in only by what is in it: it is ignored itself, or it appeared a moment after its look. */
function ensureParent(at: Look, path: string): void {
  const parent = parentOf(path);
  if (parent !== '' && current(at, parent)?.entry.type !== 'directory') recordFolder(at, parent);
}

/** undefined: nothing that a tree lists, or a link that went away before it could be read. */
function knownOf(at: Look, path: string, details: Stats): Known | undefined {
  try {
    const entry = entryOf(at.root, path, details);
    return entry && { entry, inode: details.ino, seenAt: Date.now() };
  } catch {
    return undefined;
  }
}

function gone(at: Look, path: string): void {
  if (hadContent(at, path)) at.unfinished = true;
  closeFolders(at, path);
  for (const { path: below } of at.state.below(path)) at.updates.set(below, undefined);
  if (current(at, path)?.entry.type === 'directory') {
    for (const other of at.updates.keys()) if (other.startsWith(`${path}/`)) at.updates.set(other, undefined);
  }
  if (at.state.get(path) || at.updates.has(path)) at.updates.set(path, undefined);
}

function closeFolders(at: Look, path: string): void {
  const folders = at.folders();
  if (!folders) return;
  folders.close(`${at.root}/${path}`);
  for (const entry of at.state.below(path)) {
    if (entry.type === 'directory') folders.close(`${at.root}/${entry.path}`);
  }
}

function hadContent(at: Look, path: string): boolean {
  const entry = at.state.get(path)?.entry;
  return entry?.type === 'file' && entry.size > 0;
}

function current(at: Look, path: string): Known | undefined {
  return at.updates.has(path) ? at.updates.get(path) : at.state.get(path);
}

/** An ignored folder goes with the last file that was rescued inside it. */
function dropEmptyIgnored(at: Look): void {
  for (const [removed, now] of [...at.updates].reverse()) {
    for (let path = parentOf(removed); !now && isEmptyIgnored(at, path); path = parentOf(path)) {
      at.updates.set(path, undefined);
    }
  }
}

function isEmptyIgnored(at: Look, path: string): boolean {
  if (path === '' || !current(at, path) || !at.rules?.ignores(path, true)) return false;
  if (at.state.in(path).some((entry) => current(at, entry.path))) return false;
  return ![...at.updates].some(([other, now]) => now && parentOf(other) === path);
}

function addHashes(at: Look): void {
  const suspects = [...at.updates].filter(([path, now]) => {
    const before = at.state.get(path);
    return now?.entry.type === 'file' && before && !looksSame(before, now);
  });
  for (const [path, now] of at.updates) {
    const before = at.state.get(path);
    const hash = before && now && contentHash(at.root, before, now, suspects.length);
    if (now && hash !== undefined) at.updates.set(path, { ...now, entry: toldApart(now.entry, before, hash), hash });
  }
}

/** Whoever has a copy of the content from before goes by size and time; here they are the same. */
function toldApart(entry: TreeEntry, before: Known | undefined, hash: string): TreeEntry {
  const old = before?.entry;
  if (entry.type !== 'file' || old?.type !== 'file') return entry;
  const isOther = before?.hash !== hash && old.size === entry.size && old.mtimeMs === entry.mtimeMs;
  return isOther || old.hash === hash ? { ...entry, hash } : entry;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

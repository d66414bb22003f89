import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { StiError } from '../errors.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import { createPace, type Pace } from './pace.ts';
import type { TreeEntry } from './tree.ts';

export interface ScanOptions {
  readonly rules?: IgnoreRules | undefined;
  /** Keep what is named `.git`, for folders that are not source. */
  readonly withGit?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ScannedFolder {
  /** Parents first, siblings by code unit order of their names. */
  readonly entries: TreeEntry[];
  /** Files and links. */
  readonly fileCount: number;
  readonly bytes: number;
  /** Sockets, pipes and devices: they are left out. */
  readonly special: readonly string[];
  readonly warnings: string[];
}

interface Scan extends ScanOptions {
  readonly root: string;
  readonly entries: TreeEntry[];
  readonly special: string[];
  readonly unreadable: string[];
  readonly pace: Pace;
}

/** Lists what a build takes of a folder (PROTOCOL.md, "Source"); follows no link, writes nothing. */
export async function scanFolder(root: string, options: ScanOptions = {}): Promise<ScannedFolder> {
  const pace = createPace(options.signal);
  const scan: Scan = { ...options, root, entries: [], special: [], unreadable: [], pace };
  await scanInto(scan, '');
  if (scan.unreadable.length > 0) throw unreadable(scan.unreadable);
  let fileCount = 0;
  let bytes = 0;
  for (const entry of scan.entries) {
    if (entry.type !== 'directory') fileCount += 1;
    if (entry.type === 'file') bytes += entry.size;
  }
  const warnings = scan.special.length === 0 ? [] : [`sockets, pipes and devices are left out: ${list(scan.special)}`];
  return { entries: scan.entries, fileCount, bytes, special: scan.special, warnings };
}

async function scanInto(scan: Scan, folder: string): Promise<void> {
  const { entries, pace } = scan;
  for (const name of namesIn(scan, folder)) {
    if (pace.isDue()) await pace.rest();
    if (name === '.git' && !scan.withGit) continue;
    const path = folder === '' ? name : `${folder}/${name}`;
    const details = detailsOf(scan, path);
    if (details === undefined) continue;
    const ignored = scan.rules?.ignores(path, details.isDirectory()) ?? false;
    if (!details.isDirectory()) {
      if (!ignored) addLeaf(scan, path, details);
      continue;
    }
    if (ignored && !scan.rules?.mayRescueInside(path)) continue;
    const before = entries.push({ type: 'directory', path, ...attributes(details, 0o700) });
    await scanInto(scan, path);
    if (ignored && entries.length === before) entries.pop();
  }
}

function namesIn(scan: Scan, folder: string): string[] {
  try {
    return readdirSync(`${scan.root}/${folder}`).sort();
  } catch {
    scan.unreadable.push(folder === '' ? scan.root : `${folder}/`);
    return [];
  }
}

/** undefined: gone since its folder was read, or noted as unreadable. */
function detailsOf(scan: Scan, path: string): Stats | undefined {
  try {
    const details = lstatSync(`${scan.root}/${path}`, { throwIfNoEntry: false });
    // A name that isn't UTF-8 reached us with replacement characters, so no file answers to it.
    if (details === undefined && path.includes('\uFFFD')) scan.unreadable.push(path);
    return details;
  } catch {
    scan.unreadable.push(path);
    return undefined;
  }
}

function addLeaf(scan: Scan, path: string, details: Stats): void {
  const entry = entryOf(scan.root, path, details);
  if (entry === undefined) scan.special.push(path);
  else if (entry.type === 'file' && !isReadable(`${scan.root}/${path}`, details)) scan.unreadable.push(path);
  else scan.entries.push(entry);
}

/** What a tree lists for a path, from its lstat; undefined for sockets, pipes and devices. */
export function entryOf(root: string, path: string, details: Stats): TreeEntry | undefined {
  if (details.isDirectory()) return { type: 'directory', path, ...attributes(details, 0o700) };
  if (details.isSymbolicLink()) {
    const target = readlinkSync(`${root}/${path}`);
    return { type: 'link', path, target, mode: 0o777, mtimeMs: details.mtimeMs };
  }
  return details.isFile() ? { type: 'file', path, size: details.size, ...attributes(details, 0o600) } : undefined;
}

/** The assemble user can read and change everything (PROTOCOL.md, "What goes in"): `forOwner` is added. */
function attributes(details: Stats, forOwner: number): { mode: number; mtimeMs: number } {
  return { mode: (details.mode & 0o777) | forOwner, mtimeMs: details.mtimeMs };
}

/** For files; the lstat spares most of them the opening. */
export function isReadable(path: string, details: Stats): boolean {
  if ((details.mode & 0o444) === 0o444) return true;
  try {
    closeSync(openSync(path, 'r'));
    return true;
  } catch {
    return false;
  }
}

export function unreadable(paths: readonly string[]): StiError {
  return new StiError('source', `the source has files that can't be read: ${list(paths)}`, {
    hint: 'Give yourself the right to read them (chmod u+r), or name them in .stiignore.',
  });
}

function list(paths: readonly string[]): string {
  const shown = paths.slice(0, 10).join(', ');
  return paths.length > 10 ? `${shown} and ${paths.length - 10} more` : shown;
}

import { isUtf8 } from 'node:buffer';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { StiError } from '../errors.ts';
import type { IgnoreRules } from './ignore/rules.ts';
import { createPace, type Pace } from './pace.ts';
import type { TreeEntry } from './tree.ts';

export interface ScanOptions {
  readonly rules?: IgnoreRules | undefined;
  /** What `--inject` names, not a source: what is named `.git` stays, and folders can be changed by their owner. */
  readonly injected?: boolean;
  /** Of files, links and folders; more are refused as soon as they are seen. */
  readonly maxEntries?: number;
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

/** What Node gives for bytes that aren't UTF-8. */
const replacement = '\uFFFD';
const readableFile = 0o400;
const readableFolder = 0o500;

interface Scan extends ScanOptions {
  readonly root: string;
  readonly entries: TreeEntry[];
  readonly special: string[];
  readonly unreadable: string[];
  readonly notUtf8: string[];
  readonly pace: Pace;
}

/** A name of a folder: as text, and what to call it in the system, which is bytes where the text can't say them. */
interface Name {
  readonly text: string;
  readonly bytes?: Buffer;
}

/** Lists what a build takes of a folder (docs/protocol.md, "Source"); follows no link, writes nothing. */
export async function scanFolder(root: string, options: ScanOptions = {}): Promise<ScannedFolder> {
  const pace = createPace(options.signal);
  const scan: Scan = { ...options, root, entries: [], special: [], unreadable: [], notUtf8: [], pace };
  await scanInto(scan, '');
  if (scan.unreadable.length > 0) throw unreadable(scan.unreadable, options);
  if (scan.notUtf8.length > 0) throw notUtf8(scan.notUtf8, options);
  let fileCount = 0;
  let bytes = 0;
  for (const entry of scan.entries) {
    if (entry.type !== 'directory') fileCount += 1;
    if (entry.type === 'file') bytes += entry.size;
  }
  const warnings = scan.special.length === 0 ? [] : [`sockets, pipes and devices are left out: ${list(scan.special)}`];
  return { entries: scan.entries, fileCount, bytes, special: scan.special, warnings };
}

/** `at`: where the folder is for the system. */
async function scanInto(scan: Scan, folder: string, at: string | Buffer = `${scan.root}/`): Promise<void> {
  const { entries, pace } = scan;
  for (const name of namesIn(scan, folder, at)) {
    if (pace.isDue()) await pace.rest();
    if (entries.length >= (scan.maxEntries ?? Number.POSITIVE_INFINITY)) throw tooMany(scan);
    if (name.text === '.git' && !scan.injected) continue;
    const path = folder === '' ? name.text : `${folder}/${name.text}`;
    const place = placeOf(at, name);
    const details = detailsOf(scan, path, place);
    if (details === undefined) continue;
    const ignored = scan.rules?.ignores(path, details.isDirectory()) ?? false;
    if (!details.isDirectory()) {
      if (!ignored) addLeaf(scan, path, place, details);
      continue;
    }
    if (ignored && !scan.rules?.mayRescueInside(path)) continue;
    if (typeof place !== 'string' && !ignored) {
      scan.notUtf8.push(shown(scan, place));
      continue;
    }
    const before = entries.push(directoryEntry(path, details, scan.injected ? 0o700 : readableFolder));
    await scanInto(scan, path, typeof place === 'string' ? `${place}/` : Buffer.concat([place, Buffer.from('/')]));
    if (ignored && entries.length === before) entries.pop();
  }
}

function namesIn(scan: Scan, folder: string, at: string | Buffer): Name[] {
  try {
    const names = readdirSync(at).sort();
    if (!names.some((name) => name.includes(replacement))) return names.map((text) => ({ text }));
    return readdirSync(at, 'buffer')
      .map(nameOf)
      .sort((a, b) => (a.text < b.text ? -1 : 1));
  } catch {
    scan.unreadable.push(folder === '' ? scan.root : `${folder}/`);
    return [];
  }
}

function nameOf(bytes: Buffer): Name {
  return isUtf8(bytes) ? { text: bytes.toString() } : { text: bytes.toString(), bytes };
}

function placeOf(folder: string | Buffer, { text, bytes }: Name): string | Buffer {
  if (typeof folder === 'string' && bytes === undefined) return folder + text;
  return Buffer.concat([Buffer.from(folder), bytes ?? Buffer.from(text)]);
}

/** undefined: gone since its folder was read, or noted as unreadable. */
function detailsOf(scan: Scan, path: string, place: string | Buffer): Stats | undefined {
  try {
    return lstatSync(place, { throwIfNoEntry: false });
  } catch {
    scan.unreadable.push(path);
    return undefined;
  }
}

function addLeaf(scan: Scan, path: string, place: string | Buffer, details: Stats): void {
  if (typeof place !== 'string') {
    (details.isFile() || details.isSymbolicLink() ? scan.notUtf8 : scan.special).push(shown(scan, place));
    return;
  }
  const entry = entryOf(scan.root, path, details);
  if (entry === undefined) scan.special.push(path);
  else if (entry.type === 'file' && !isReadable(place, details)) scan.unreadable.push(path);
  else if (entry.type === 'link' && !hasTextTarget(place, entry.target)) scan.notUtf8.push(`the target of ${path}`);
  else scan.entries.push(entry);
}

function hasTextTarget(place: string, target: string): boolean {
  return !target.includes(replacement) || isUtf8(readlinkSync(place, 'buffer'));
}

/** A path below the root with its bytes that aren't text as `\\xNN`. */
function shown({ root }: Scan, place: Buffer): string {
  const path = place.subarray(Buffer.byteLength(root) + 1);
  return path.toString('latin1').replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** What a tree lists for a path, from its lstat; undefined for sockets, pipes and devices. */
export function entryOf(root: string, path: string, details: Stats): TreeEntry | undefined {
  if (details.isDirectory()) return directoryEntry(path, details, readableFolder);
  if (details.isSymbolicLink()) {
    const target = readlinkSync(`${root}/${path}`);
    return { type: 'link', path, target, mode: 0o777, mtimeMs: details.mtimeMs };
  }
  return details.isFile()
    ? { type: 'file', path, size: details.size, ...attributes(details, readableFile) }
    : undefined;
}

function directoryEntry(path: string, details: Stats, forOwner: number): TreeEntry {
  return { type: 'directory', path, ...attributes(details, forOwner) };
}

/** Modes are the source's own, but the assemble user, who becomes the owner, can read everything: `forOwner` is added. */
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

export function unreadable(paths: readonly string[], of: ScanOptions = {}): StiError {
  return refused(of, `files that can't be read: ${list(paths)}`, {
    hint: 'Make them readable (chmod u+r)',
    orInSource: 'or list them in .stiignore',
  });
}

/** Names are text everywhere in an image's build: what isn't is refused, never left out (docs/protocol.md, "Source"). */
function notUtf8(paths: readonly string[], of: ScanOptions): StiError {
  return refused(of, `names that aren't UTF-8: ${list(paths)}`, {
    hint: 'Rename them (convmv -f latin1 -t utf8)',
    orInSource: 'or list them in .stiignore, where * matches such bytes',
  });
}

function tooMany(of: ScanOptions): StiError {
  return refused(of, `more than ${of.maxEntries} files and folders`, { hint: 'Name a folder with fewer of them' });
}

function refused(
  { injected }: ScanOptions,
  what: string,
  { hint, orInSource }: { readonly hint: string; readonly orInSource?: string },
): StiError {
  if (injected) return new StiError('usage', `what --inject names has ${what}`, { hint: `${hint}.` });
  const whole = orInSource === undefined ? hint : `${hint}, ${orInSource}`;
  return new StiError('source', `the source has ${what}`, { hint: `${whole}.` });
}

/** At most ten of them, and how many more there are. */
export function list(paths: readonly string[]): string {
  const shown = paths.slice(0, 10).join(', ');
  return paths.length > 10 ? `${shown} and ${paths.length - 10} more` : shown;
}

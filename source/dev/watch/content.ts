import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { readExactly } from '../../tree/content.ts';
import type { Pace } from '../../tree/pace.ts';
import { looksSame, type Snapshot, type TreeState, type Updates, wasSeenTooEarly } from './state.ts';

const maxBytes = 8 * 1024 * 1024;
/** With more files than this at once, hashes that decide nothing yet would only cost time. */
const maxHashed = 64;
/** What became a link or a pipe since the look is neither followed nor waited for. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Gives each file that was looked at the version that it had, where its content is still the same, and else a new one.
 * The first look gives none: nobody has a copy yet.
 */
export async function setVersions(root: string, state: TreeState, updates: Updates, pace: Pace): Promise<void> {
  const changed = [...updates].filter(([path, now]) => now && !isUntouched(state.get(path), now)).length;
  for (const [path, now] of updates) {
    if (now?.entry.type !== 'file') continue;
    while (pace.isDue()) await pace.rest();
    const before = state.get(path);
    const hash = contentHash(root, before, now, changed);
    const version = isSameContent(before, now, hash) ? versionOf(before) : state.version;
    const entry = version === undefined || version === 0 ? now.entry : { ...now.entry, version };
    updates.set(path, { ...now, entry, ...(hash !== undefined && { hash }) });
  }
}

/**
 * The hash of a file, where one is due: it decides whether the content is the same, or will decide that next time. A file
 * that is not there before, or is touched with many others, is hashed later: its next save counts as a change whatever is
 * in it. So does every save of a file above 8 MiB.
 */
function contentHash(root: string, before: Snapshot | undefined, now: Snapshot, changed: number): string | undefined {
  const entry = now.entry;
  if (entry.type !== 'file' || entry.size > maxBytes) return undefined;
  if (isUntouched(before, now)) return before?.hash;
  const old = before?.entry.type === 'file' ? before.entry : undefined;
  const decides = old?.size === entry.size && (before?.hash !== undefined || old.mtimeMs === entry.mtimeMs);
  const isDue = decides || wasSeenTooEarly(now) || (old !== undefined && changed <= maxHashed);
  return isDue ? hashOf(`${root}/${entry.path}`, now) : undefined;
}

function isUntouched(before: Snapshot | undefined, now: Snapshot): boolean {
  return before !== undefined && looksSame(before, now) && !wasSeenTooEarly(before);
}

function isSameContent(before: Snapshot | undefined, now: Snapshot, hash: string | undefined): boolean {
  if (before?.entry.type !== 'file' || now.entry.type !== 'file') return false;
  if (isUntouched(before, now)) return true;
  return before.entry.size === now.entry.size && hash !== undefined && before.hash === hash;
}

function versionOf(known: Snapshot | undefined): number | undefined {
  return known?.entry.type === 'file' ? known.entry.version : undefined;
}

/** Whether a file that has grown begins with the content from before; one that is too large to be hashed is taken to. */
export function beginsWith(root: string, before: Snapshot | undefined, now: Snapshot | undefined): boolean {
  if (before?.entry.type !== 'file' || now === undefined) return false;
  if (before.hash === undefined) return before.entry.size > maxBytes;
  try {
    return digest(readExactly(root, { ...before.entry, growing: true })) === before.hash;
  } catch {
    return false;
  }
}

function digest(content: Buffer): string {
  return createHash('sha1').update(content).digest('base64');
}

/** undefined: it isn't what was seen any more, which the next look finds. */
function hashOf(path: string, { ctimeMs, inode }: Snapshot): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, flags);
    const details = fstatSync(file);
    if (!details.isFile() || details.ino !== inode || details.ctimeMs !== ctimeMs) return undefined;
    return digest(readFileSync(file));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Known, looksSame, wasSeenTooEarly } from './watch-state.ts';

const largest = 8 * 1024 * 1024;
/** With more files than this at once, hashes that decide nothing yet would only cost time. */
const few = 64;

/**
 * The hash of a file that was known before, where one is due. The consequence of hashing no file before it is first
 * touched: the first save without a change to a file counts as a change, every later one doesn't. So does every save
 * of a file above 8 MiB.
 */
export function contentHash(root: string, before: Known, now: Known, suspects: number): string | undefined {
  if (before.entry.type !== 'file' || now.entry.type !== 'file' || now.entry.size > largest) return undefined;
  const same = looksSame(before, now);
  if (same && !(before.hash !== undefined && wasSeenTooEarly(before))) return before.hash;
  const decides = before.hash !== undefined && before.entry.size === now.entry.size;
  return decides || suspects <= few ? hashOf(`${root}/${now.entry.path}`) : undefined;
}

function hashOf(file: string): string | undefined {
  try {
    return createHash('sha1').update(readFileSync(file)).digest('base64');
  } catch {
    return undefined; // Gone again or not readable, which the next look says.
  }
}

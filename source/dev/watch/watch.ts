import { type Stats, unwatchFile, watchFile } from 'node:fs';
import { StiError } from '../../errors.ts';
import { findPlace } from './place.ts';
import { TreeWatcher } from './tree.ts';
import type { Watcher, WatchOptions } from './watcher.ts';

/** Between two looks at each file outside; milliseconds. */
const pollMs = 500;

/**
 * Watches a source folder and tells of saves. Resolves when it is watching and the first tree is known; rejects with
 * code `source` where `sti build` would, and with the signal's reason. Once it watches, nothing ends it but `close` and
 * the signal: whatever goes wrong is a notice, and the tree is looked at again.
 */
export async function watchTree(options: WatchOptions): Promise<Watcher> {
  const place = findPlace(options.root, options.sourceRoot);
  if (place === undefined) throw new StiError('source', `${options.root} is no longer there`);
  const watcher = new TreeWatcher(options, place);
  await watcher.start();
  return watcher;
}

/**
 * Tells when one of a few files outside the watched folder changes, appears or goes, until the signal aborts. They are
 * looked at now and then: that costs next to nothing, and holds on any file system and across saves by rename.
 */
export function watchOutside(paths: readonly string[], onChange: () => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  const looked = (now: Stats, before: Stats) => {
    if (now.ctimeMs !== before.ctimeMs || now.size !== before.size || now.ino !== before.ino) onChange();
  };
  for (const path of paths) watchFile(path, { interval: pollMs, persistent: false }, looked);
  signal.addEventListener('abort', () => paths.forEach((path) => void unwatchFile(path, looked)), { once: true });
}

import { type Stats, unwatchFile, watchFile } from 'node:fs';

/** Milliseconds between two looks at each file. */
const every = 500;

/**
 * Tells when one of a few files outside the watched folder changes, appears or goes, until the signal aborts. They are
 * looked at now and then: that costs next to nothing, and holds on any file system and across saves by rename.
 */
export function watchOutside(paths: readonly string[], onChange: () => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  const looked = (now: Stats, before: Stats) => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino) onChange();
  };
  for (const path of paths) watchFile(path, { interval: every, persistent: false }, looked);
  signal.addEventListener('abort', () => paths.forEach((path) => void unwatchFile(path, looked)), { once: true });
}

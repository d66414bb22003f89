/** Changes that belong together, as times in ms on one clock; it ends at its deadline and becomes a batch. */
export interface Burst {
  readonly first: number;
  readonly last: number;
  /** How many different paths it touches. */
  readonly paths: number;
  /** Something unfinished was seen in it, which is given a while to be finished. */
  readonly held?: { readonly since: number; readonly lookedAt: number };
  /** A program was seen in the middle of writing: when to see whether it still is. */
  readonly writer?: { readonly lookAgain: number };
}

const quietPerPath = 10;
const longestQuiet = 50;
const longestBurst = 300;
/** How long a file may be truncated, or gone in the middle of a save by rename. */
const longestHold = 60;
/** Fewer paths than this come in one batch without waiting for whoever writes them. */
const manyPaths = 10;
const writerEvery = 5;
/** A lock that a dead program left behind, or one held while its user is being asked something, holds nothing up for longer. */
const longestPause = 500;
export const longestWrite = 30_000;

/** An event at `now`; `paths` counts those of the burst so far, this one included. */
export function touchBurst(burst: Burst | undefined, now: number, paths: number): Burst {
  return { ...(burst ?? { first: now }), last: now, paths };
}

/** A burst whose paths could not be taken yet, together with what came while they were looked at. */
export function joinBursts(earlier: Burst, later: Burst | undefined, paths: number): Burst {
  return { ...earlier, last: later?.last ?? earlier.last, paths };
}

/** Something unfinished was seen at `now`: the burst that waits for it, or undefined when it has waited enough. */
export function holdBurst(burst: Burst, now: number, debounce?: number): Burst | undefined {
  const { writer: _done, ...rest } = burst;
  const since = rest.held?.since ?? now;
  return now < holdEnd(rest, since, debounce) ? { ...rest, held: { since, lookedAt: now } } : undefined;
}

/** A program is in the middle of writing at `now`: the burst that waits for its end, or undefined when it is not to. */
export function awaitWriter(burst: Burst, now: number): Burst | undefined {
  const { first, last, paths } = burst;
  if (paths < manyPaths || now >= last + longestPause || now >= first + longestWrite) return undefined;
  return { ...burst, writer: { lookAgain: now + writerEvery } };
}

/**
 * When the burst ends: after a quiet time that grows with the number of paths, so that one save is fast and a branch
 * switch is one batch. A fixed `debounce` is the quiet time whatever happens.
 */
export function deadlineOf(burst: Burst, debounce?: number): number {
  const { held, last, writer } = burst;
  if (writer) return writer.lookAgain;
  // An event after the look may be the missing content; without one, looking again sees nothing new.
  if (held && last <= held.lookedAt) return holdEnd(burst, held.since, debounce);
  const quiet = debounce ?? Math.min(longestQuiet, quietPerPath * burst.paths);
  return Math.min(last + quiet, latestEnd(burst, debounce));
}

function holdEnd(burst: Burst, since: number, debounce: number | undefined): number {
  return Math.min(since + longestHold, latestEnd(burst, debounce));
}

function latestEnd(burst: Burst, debounce = 0): number {
  return burst.first + Math.max(longestBurst, debounce);
}

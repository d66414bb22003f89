/** Changes that belong together, as times in ms on one clock; it ends at its deadline and becomes a batch. */
export interface Burst {
  readonly first: number;
  readonly last: number;
  /** How many different paths it touches. */
  readonly paths: number;
  /** Something unfinished was seen in it, which is given a while to be finished. */
  readonly held?: { readonly since: number; readonly lookedAt: number };
}

const quietPerPath = 10;
const longestQuiet = 50;
const longestBurst = 300;
/** How long a file may be truncated, or gone in the middle of a save by rename. */
const longestHold = 60;

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
  const since = burst.held?.since ?? now;
  return now < holdEnd(burst, since, debounce) ? { ...burst, held: { since, lookedAt: now } } : undefined;
}

/**
 * When the burst ends: after a quiet time that grows with the number of paths, so that one save is fast and a branch
 * switch is one batch. A fixed `debounce` is the quiet time whatever happens.
 */
export function deadlineOf(burst: Burst, debounce?: number): number {
  const { held, last } = burst;
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

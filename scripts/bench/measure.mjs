// @ts-check

/**
 * Runs the contestants in turns (A B C A B C …), so that whatever else the machine does meets all of them alike. Each
 * runs once before, to warm up what can be warm.
 *
 * @template Sample
 * @param {Readonly<Record<string, () => Promise<Sample>>>} contestants
 * @param {number} runs
 * @param {AbortSignal} signal
 * @returns {Promise<Record<string, Sample[]>>} by contestant, in order of the rounds
 */
export async function interleave(contestants, runs, signal) {
  /** @type {Record<string, Sample[]>} */
  const samples = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = -1; round < runs; round += 1) {
    for (const [name, run] of Object.entries(contestants)) {
      signal.throwIfAborted();
      const sample = await run();
      if (round >= 0) samples[name]?.push(sample);
    }
  }
  return samples;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * Compares the runs of one round with each other.
 *
 * @param {readonly number[]} values
 * @param {readonly number[]} others
 * @param {(value: number, other: number) => number} compare
 */
export function pairwise(values, others, compare) {
  return values.map((value, index) => compare(value, others[index] ?? Number.NaN));
}

/** Milliseconds since the last lap, by name. */
export function stopwatch() {
  const started = performance.now();
  let last = started;
  /** @type {Record<string, number>} */
  const laps = {};
  return {
    laps,
    /** @param {string} name */
    lap(name) {
      const now = performance.now();
      laps[name] = now - last;
      last = now;
    },
    total: () => performance.now() - started,
  };
}

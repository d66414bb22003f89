import type { ImageDetails } from '../engine/engine.ts';
import type { DevSummary } from './events.ts';

/** What a session has come to so far; it outlives the engine that the work is done on. */
export class Progress {
  cycles = 0;
  failures = 0;
  /** The last cycle that was served. */
  lastGood: number | null = null;
  /** The cycle whose state the tag holds. */
  tagged: number | null = null;
  /** The last image that was made. */
  image: ImageDetails | undefined;
  readonly #times: number[] = [];

  /** @param ms since the save, when it was one */
  served(cycle: number, ms: number | undefined): void {
    this.lastGood = cycle;
    if (ms !== undefined) this.#times.push(ms);
  }

  /** Also of one that was served before it was assembled. */
  failed(cycle: number): void {
    this.failures += 1;
    if (this.lastGood === cycle) this.lastGood = this.tagged;
  }

  summary(tag: string | null): DevSummary {
    const { cycles, failures, tagged, lastGood } = this;
    return { cycles, failures, medianMs: median(this.#times), tag, taggedCycle: tagged, lastGoodCycle: lastGood };
  }
}

function median(times: readonly number[]): number | null {
  const sorted = times.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

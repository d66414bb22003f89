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

  served(cycle: number, ms: number): void {
    this.lastGood = cycle;
    this.#times.push(ms);
  }

  summary(tag: string | null): DevSummary {
    const { cycles, failures, tagged, lastGood } = this;
    const sorted = this.#times.toSorted((a, b) => a - b);
    const medianMs = sorted[sorted.length >> 1] ?? null;
    return { cycles, failures, medianMs, tag, taggedCycle: tagged, lastGoodCycle: lastGood };
  }
}

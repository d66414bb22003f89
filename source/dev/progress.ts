import type { ImageDetails } from '../engine/engine.ts';
import type { DevEvent, DevSummary, RunPath } from './events.ts';

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
  readonly #saves: { readonly path: RunPath; readonly ms: number }[] = [];
  readonly #learned = new Set<string>();

  /** @param ms since the save, when it was one */
  served(cycle: number, path: RunPath, ms: number | undefined): void {
    this.lastGood = cycle;
    if (ms !== undefined) this.#saves.push({ path, ms });
  }

  /** Remembers what this event says was learned. */
  hear(event: DevEvent): void {
    if (event.type === 'learned') for (const { what } of event.kinds) this.#learned.add(what);
    else if (event.type === 'unlearned') for (const what of event.kinds) this.#learned.delete(what);
  }

  /** Also of one that was served before it was assembled. */
  failed(cycle: number): void {
    this.failures += 1;
    if (this.lastGood === cycle) this.lastGood = this.tagged;
  }

  summary(tag: string | null): DevSummary {
    const { cycles, failures, tagged, lastGood } = this;
    const saves = this.#saves;
    const times = (path?: RunPath) =>
      saves.filter((save) => path === undefined || save.path === path).map(({ ms }) => ms);
    const ways = [...new Set(saves.map(({ path }) => path))].map((path) => {
      return { path, saves: times(path).length, medianMs: median(times(path)) ?? 0 };
    });
    return {
      cycles,
      failures,
      medianMs: median(times()),
      ways: ways.toSorted((a, b) => b.saves - a.saves),
      learned: [...this.#learned],
      tag,
      taggedCycle: tagged,
      lastGoodCycle: lastGood,
    };
  }
}

function median(times: readonly number[]): number | null {
  const sorted = times.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

import { setImmediate as nextTurn } from 'node:timers/promises';

/** The proxy's answer to a browser takes a few turns, each behind one slice. */
const sliceMs = 2;

/** Cuts synchronous file work into slices, so that output, timers and Ctrl-C are served in between. */
export interface Pace {
  isDue(): boolean;
  /** Lets the event loop run once; rejects with the signal's reason when it was aborted. */
  rest(): Promise<void>;
}

/** Synchronous calls are 2–4 times faster than promises for many small files, which is why they need a pace. */
export function createPace(signal?: AbortSignal): Pace {
  signal?.throwIfAborted();
  let sliceEnd = performance.now() + sliceMs;
  return {
    isDue: () => performance.now() >= sliceEnd,
    rest: async () => {
      await nextTurn();
      signal?.throwIfAborted();
      sliceEnd = performance.now() + sliceMs;
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';
import { engineLost } from './container/failures.ts';

const every = 3_000;

/**
 * Asks the engine now and then whether it is still there, on a connection of its own, so that no call can hang for ever:
 * after the engine has died, a pending `wait` or `commit` never settles by itself (docs/engines.md, "Traps").
 * The signal aborts with an `engine-lost` at most 13 s after the engine has stopped answering.
 */
export function startHeartbeat(engine: Engine): { readonly signal: AbortSignal; stop(): void } {
  const lost = new AbortController();
  const stopped = new AbortController();
  const beat = async () => {
    while (!stopped.signal.aborted) {
      await sleep(every, undefined, { signal: stopped.signal, ref: false });
      try {
        await engine.ping(stopped.signal);
      } catch (cause) {
        if (stopped.signal.aborted) return;
        lost.abort(engineLost(cause));
        // Ends the calls that can't be aborted, such as a start or a commit that will never be answered.
        engine.close();
        return;
      }
    }
  };
  beat().catch(() => {});
  return { signal: lost.signal, stop: () => stopped.abort() };
}

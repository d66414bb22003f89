import { callFailure, lost } from './failures.ts';
import type { Limits } from './limits.ts';

interface CallOptions {
  /** Completes "the engine could not …". */
  readonly operation: string;
  readonly signal?: AbortSignal | undefined;
  /** Which of the limits it has, `short` unless it says so; `none` for what lasts as long as a container. */
  readonly limit?: keyof Limits | 'none';
}

/** `alive` gives the call its time again: another byte has come or gone. */
type Run<T> = (signal: AbortSignal, alive: () => void) => Promise<T>;

/**
 * Runs a call to the engine so that it fails with a StiError that names the engine, ends at once with the caller's
 * signal, and never waits for a stalled engine beyond its limit.
 */
export type Call = <T>(options: CallOptions, run: Run<T>) => Promise<T>;

/** Calls to the engine at `address`. Not AbortSignal.any: a long session would gather its followers on one signal. */
export function createCall(address: string, limits: Limits): Call {
  return async ({ operation, signal, limit = 'short' }, run) => {
    signal?.throwIfAborted();
    const controller = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
    });
    aborted.catch(() => {});
    const abort = () => controller.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    const ms = limit === 'none' ? undefined : limits[limit];
    const stalled = () => controller.abort(lost(address, `it did not ${operation} within ${(ms ?? 0) / 1000} seconds`));
    const timer = ms === undefined ? undefined : setTimeout(stalled, ms);
    const running = run(controller.signal, () => timer?.refresh());
    running.catch(() => {});
    try {
      return await Promise.race([running, aborted]);
    } catch (thrown) {
      throw controller.signal.aborted ? controller.signal.reason : callFailure(thrown, operation, address);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  };
}

import { callFailure, lost } from './failure.ts';

export interface CallOptions {
  /** Completes "the engine could not …". */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; absent: as long as it takes. */
  readonly limit?: number;
}

/** What a call that only asks or changes a record may take, in milliseconds: far more than it ever needs. */
export const shortCall = 60_000;

/**
 * Runs one call to the engine so that it fails with a StiError, ends with the caller's signal, and never waits for a
 * stalled engine beyond its limit. Not AbortSignal.any: a long session would gather its followers on one signal.
 */
export async function call<T>(options: CallOptions, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { doing, signal, limit } = options;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const stalled = () => controller.abort(lost(`it did not ${doing} within ${(limit ?? 0) / 1000} seconds`));
  const timer = limit === undefined ? undefined : setTimeout(stalled, limit);
  try {
    return await run(controller.signal);
  } catch (thrown) {
    throw controller.signal.aborted ? controller.signal.reason : callFailure(thrown, doing);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

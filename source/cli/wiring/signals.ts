import { StiError } from '../../errors.ts';
import type { Context } from '../context.ts';

/**
 * Runs work that signals can cancel, and whatever else sti has to end for: the first one aborts it, so that it cleans up and
 * ends. A second signal of any kind ends sti at once, whatever it is busy with.
 */
export async function withCancellation<Result>(
  { onSignal, onFatal }: Pick<Context, 'onSignal' | 'onFatal'>,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stopFatal = onFatal((reason) => controller.abort(reason));
  const stopSignals = onSignal((signal) => controller.abort(StiError.cancelled(signal)));
  try {
    return await work(controller.signal);
  } finally {
    stopSignals();
    stopFatal();
  }
}

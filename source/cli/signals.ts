import { StiError } from '../errors.ts';
import type { Context } from './context.ts';

/**
 * Runs work that signals can cancel: the first one aborts it, so that it cleans up and ends; Ctrl-C after that ends
 * sti at once.
 */
export async function withCancellation<Result>(
  { onSignal, exitNow }: Pick<Context, 'onSignal' | 'exitNow'>,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stop = onSignal((signal) => {
    if (!controller.signal.aborted) controller.abort(StiError.cancelled(signal));
    else if (signal === 'SIGINT') exitNow(130);
  });
  try {
    return await work(controller.signal);
  } finally {
    stop();
  }
}

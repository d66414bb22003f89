/** A signal for work that may take so long and no longer. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Whether the time was over before the work was. */
  isOver(): boolean;
  /** To be called when the work is done: what still follows the signal ends. */
  close(): void;
}

/**
 * Aborts with `outer`, or after `ms` milliseconds. A session that lives all day has many of them: once closed, none of it
 * is left, while `AbortSignal.timeout` keeps its timer until it is over and `AbortSignal.any` its place at `outer`.
 */
export function timeLimit(ms: number, outer?: AbortSignal): TimeLimit {
  const controller = new AbortController();
  let over = false;
  const end = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => {
    over = !controller.signal.aborted;
    controller.abort();
  }, ms);
  outer?.addEventListener('abort', end, { once: true });
  if (outer?.aborted === true) end();
  return {
    signal: controller.signal,
    isOver: () => over,
    close() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', end);
      controller.abort();
    },
  };
}

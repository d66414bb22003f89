import { promises } from 'node:timers';

/**
 * For `vi.mock('node:timers/promises')`, since fake timers leave that module alone.
 */
export const { setImmediate } = promises;

/** Sleeps by the global clock, which a test can set. */
export { sleep as setTimeout };

function sleep(
  ms: number,
  value?: unknown,
  { signal }: { readonly signal?: AbortSignal; readonly ref?: boolean } = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve(value);
    }, ms);
    if (signal?.aborted === true) return stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}

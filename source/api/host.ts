import { join } from 'node:path';
import type { Host } from '../cli/context.ts';
import { StiError } from '../errors.ts';
import { processHost } from '../process-host.ts';

/** This process; what cleans up after it is the program. */
export function ownHost(): Host {
  return processHost([process.execPath, join(import.meta.dirname, 'main.cjs')]);
}

/** Aborts with the reason that everything below knows. */
export function cancelledBy(signal: AbortSignal | undefined): AbortSignal {
  const controller = new AbortController();
  const cancel = (): void => {
    const cause: unknown = signal?.reason;
    controller.abort(new StiError('cancelled', 'cancelled by its caller', { signal: 'SIGINT', cause }));
  };
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  return controller.signal;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { engineLost } from '../build/container/failures.ts';
import type { Job } from '../build/job.ts';
import type { StiError } from '../errors.ts';

/** An engine that ends ends its containers one after the other; milliseconds. */
const settleMs = 500;

/**
 * Whether the engine went away when a container ended. One that only waits doesn't end by itself, and how an application
 * ended doesn't get lost: when nothing is served any more, it was the engine that ended them all, and may be back already.
 * Resolves to undefined when it was just that container.
 */
export async function engineLoss(job: Job, isServing: () => boolean): Promise<StiError | undefined> {
  try {
    await sleep(settleMs, undefined, { signal: job.signal });
    await job.engine.ping();
  } catch (cause) {
    return job.signal.aborted ? undefined : engineLost(cause);
  }
  return isServing() ? undefined : engineLost('all containers were ended');
}

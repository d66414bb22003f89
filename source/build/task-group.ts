import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long calls that no signal ends, as the start of a container, may keep a failed or cancelled run; milliseconds. */
export const settleLimit = 5_000;

/**
 * Tasks that run side by side and stand or fall together: the first failure aborts the rest, and nothing is cleaned up
 * before all have come to rest.
 */
export class TaskGroup {
  /** Aborts with the first failure, or when the outer signal does. */
  readonly signal: AbortSignal;
  readonly #failed = new AbortController();
  readonly #unfinished = new Set<Promise<unknown>>();

  constructor(outer: AbortSignal) {
    this.signal = AbortSignal.any([outer, this.#failed.signal]);
    // Each container and each call listens; Node.js would warn of a leak, in the middle of the screen.
    setMaxListeners(0, this.signal);
  }

  start<T>(work: () => Promise<T>): Promise<T> {
    const task = work();
    this.#unfinished.add(task);
    task.catch((error: unknown) => this.#failed.abort(error)).finally(() => this.#unfinished.delete(task));
    return task;
  }

  /** How many tasks haven't ended. */
  get size(): number {
    return this.#unfinished.size;
  }

  /** Resolves when every task has ended, however. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#unfinished);
  }

  /** The same, but not for longer than `ms` milliseconds. false: some haven't ended by then. */
  async settleWithin(ms: number): Promise<boolean> {
    const settled = new AbortController();
    void this.settle().then(() => settled.abort());
    return sleep(ms, false, { signal: settled.signal }).catch(() => true);
  }
}

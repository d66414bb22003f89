/**
 * Tasks that run side by side and stand or fall together: the first failure aborts the rest, and nothing is cleaned up
 * before all have come to rest.
 */
export class TaskGroup {
  /** Aborts with the first failure, or when the outer signal does. */
  readonly signal: AbortSignal;
  readonly #failed = new AbortController();
  readonly #tasks: Promise<unknown>[] = [];

  constructor(outer: AbortSignal) {
    this.signal = AbortSignal.any([outer, this.#failed.signal]);
  }

  start<T>(work: () => Promise<T>): Promise<T> {
    const task = work();
    task.catch((error: unknown) => this.#failed.abort(error));
    this.#tasks.push(task);
    return task;
  }

  /** Resolves when every task has ended, however. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#tasks);
  }
}

/** Lets a limited number of pieces of work go on at a time, over all sessions that share it (`--jobs`). */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  get isFull(): boolean {
    return this.#free === 0;
  }

  /**
   * Resolves to the function that gives the slot back, first come, first served. Rejects with the signal's reason when it
   * aborts first.
   */
  acquire(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const abandon = () => {
        this.#waiting.delete(enter);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener('abort', abandon);
        resolve(this.#releaseOnce());
      };
      if (signal.aborted) return reject(signal.reason);
      if (this.#free > 0) {
        this.#free -= 1;
        return enter();
      }
      signal.addEventListener('abort', abandon, { once: true });
      this.#waiting.add(enter);
    });
  }

  #releaseOnce(): () => void {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const [next] = this.#waiting;
      if (next === undefined) this.#free += 1;
      else {
        this.#waiting.delete(next);
        next();
      }
    };
  }
}

/** Does the work in a slot; at once when there is no limit. `onWaiting`: there is none free. */
export async function inSlot<Result>(
  slots: Slots | undefined,
  signal: AbortSignal,
  work: () => Promise<Result>,
  onWaiting: () => void = () => {},
): Promise<Result> {
  if (slots?.isFull) onWaiting();
  const release = await slots?.acquire(signal);
  try {
    return await work();
  } finally {
    release?.();
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import type fc from 'fast-check';
import { vi } from 'vitest';

/** How far time may go on while the engine owes an answer; milliseconds. */
const step = 60;

/**
 * Lets everything happen that can, in the scheduler's order, while time passes, until nothing is left to happen.
 *
 * @param most so many things, and no more
 */
export async function settle(scheduler: fc.Scheduler, most = Number.POSITIVE_INFINITY): Promise<void> {
  let isPassing = false;
  for (let turns = 0; turns < most; turns++) {
    await rest();
    const timers = vi.getTimerCount();
    if (scheduler.count() === 0) {
      if (timers === 0) return;
      await vi.advanceTimersToNextTimerAsync();
      continue;
    }
    if (timers > 0 && !isPassing) {
      isPassing = true;
      void scheduler.schedule(Promise.resolve(), 'time passes').then(async () => {
        isPassing = false;
        await vi.advanceTimersByTimeAsync(step);
      });
    }
    await scheduler.waitNext(1);
  }
}

/** The same until this is done, which fails when nothing is left that it could wait for. */
export async function settleFor<T>(scheduler: fc.Scheduler, work: Promise<T>): Promise<T> {
  let isDone = false;
  const over = () => {
    isDone = true;
  };
  work.then(over, over);
  await settle(scheduler);
  if (!isDone) throw new Error('this waits for something that never comes');
  return work;
}

/** Resolves when what goes on by itself has come to where it waits for the engine or for time. */
async function rest(): Promise<void> {
  for (let still = 0; still < 3; ) {
    await nextTurn();
    const isReading = process.getActiveResourcesInfo().some((name) => /^FS|Process/.test(name));
    still = isReading ? 0 : still + 1;
  }
}

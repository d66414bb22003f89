import { describe, expect, it } from 'vitest';
import { TaskGroup } from '../../source/build/task-group.ts';

const never = new AbortController().signal;

describe('TaskGroup', () => {
  it('aborts the other tasks when one fails, with its error as the reason', async () => {
    const tasks = new TaskGroup(never);
    const error = new Error('first');
    const waiting = tasks.start(
      () => new Promise((_, reject) => tasks.signal.addEventListener('abort', () => reject(new Error('second')))),
    );
    await expect(tasks.start(() => Promise.reject(error))).rejects.toBe(error);
    await expect(waiting).rejects.toThrow('second');
    expect(tasks.signal.reason).toBe(error);
  });

  it('takes as many listeners as there are containers and calls, without a warning', async () => {
    const warned: string[] = [];
    const hear = (warning: Error) => warned.push(warning.name);
    process.on('warning', hear);
    const { signal } = new TaskGroup(new AbortController().signal);
    for (let count = 0; count < 50; count += 1) signal.addEventListener('abort', () => {});
    await delay(20);
    process.off('warning', hear);
    expect(warned).toEqual([]);
  });

  it('aborts when the outer signal does', () => {
    const outer = new AbortController();
    const tasks = new TaskGroup(outer.signal);
    outer.abort('why');
    expect(tasks.signal.reason).toBe('why');
  });

  it('settles only when every task has ended', async () => {
    const tasks = new TaskGroup(never);
    const ended: string[] = [];
    const slow = delay(20);
    tasks.start(() => slow.then(() => ended.push('slow'))).catch(() => {});
    tasks.start(() => Promise.reject(new Error('quick'))).catch(() => ended.push('quick'));
    expect(await tasks.settleWithin(10_000)).toBe(true);
    expect(ended).toEqual(['quick', 'slow']);
  });

  it('keeps none that has ended, well or not', async () => {
    const tasks = new TaskGroup(never);
    const { promise, resolve } = promiseWithResolve();
    void tasks.start(() => promise);
    await tasks.start(() => Promise.resolve());
    await tasks.start(() => Promise.reject(new Error('failed'))).catch(() => {});
    await expect.poll(() => tasks.size).toBe(1);
    resolve();
    await expect.poll(() => tasks.size).toBe(0);
  });

  it('does not wait for ever for a task that never ends', async () => {
    const tasks = new TaskGroup(never);
    void tasks.start(() => new Promise(() => {}));
    expect(await tasks.settleWithin(1)).toBe(false);
  });
});

function promiseWithResolve() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createWatchLoop } from '../../../source/dev/watch/loop.ts';

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

/** A loop that notes what it is asked to settle; the answers come from the test. */
function loopWith(
  answer: (mayWait: boolean) => boolean | Promise<boolean> = () => true,
  isBeingWritten: () => boolean = () => false,
) {
  const settled: string[] = [];
  const loop = createWatchLoop({
    isBeingWritten,
    settle: async (touched, _at, mayWait) => {
      settled.push([...touched].map(([path, depth]) => `${path} ${depth}`).join(', '));
      return answer(mayWait);
    },
  });
  return { ...loop, seen: settled };
}

describe('createWatchLoop', () => {
  it('settles once what came together, each path as deep as was asked', async () => {
    const { touch, seen } = loopWith();
    touch('a', 'path');
    touch('b', 'list');
    touch('a', 'deep');
    touch('b', 'path');
    await vi.advanceTimersByTimeAsync(300);
    expect(seen).toEqual(['a deep, b list']);
  });

  it('tells when the first event came', async () => {
    vi.setSystemTime(5000);
    const settle = vi.fn(async () => true);
    const { touch } = createWatchLoop({ isBeingWritten: () => false, settle });
    touch('a', 'path');
    await vi.advanceTimersByTimeAsync(5);
    touch('b', 'path');
    await vi.advanceTimersByTimeAsync(300);
    expect(settle.mock.calls).toEqual([
      [
        new Map([
          ['a', 'path'],
          ['b', 'path'],
        ]),
        5000,
        true,
      ],
    ]);
  });

  it('settles many paths as soon as the program that writes them is done, and a few at once', async () => {
    let writing = true;
    const { touch, seen } = loopWith(undefined, () => writing);
    touch('alone', 'path');
    await vi.advanceTimersByTimeAsync(50);
    expect(seen).toEqual(['alone path']);
    for (let index = 0; index < 20; index += 1) {
      touch(`${index}`, 'path');
      if (index > 10) await vi.advanceTimersByTimeAsync(40);
    }
    expect(seen).toHaveLength(1);
    writing = false;
    await vi.advanceTimersByTimeAsync(5);
    expect(seen[1]?.split(', ')).toHaveLength(20);
  });

  it('settles one burst at a time; what comes meanwhile waits for the next', async () => {
    const answers: ((done: boolean) => void)[] = [];
    const { touch, seen } = loopWith(() => new Promise((resolve) => answers.push(resolve)));
    touch('a', 'path');
    await vi.advanceTimersByTimeAsync(300);
    touch('b', 'path');
    await vi.advanceTimersByTimeAsync(300);
    expect(seen).toEqual(['a path']);
    answers[0]?.(true);
    await vi.advanceTimersByTimeAsync(300);
    expect(seen).toEqual(['a path', 'b path']);
  });

  it('asks again about something unfinished, together with what came since, and then no longer', async () => {
    const asked: boolean[] = [];
    const { touch, seen } = loopWith((mayWait) => {
      asked.push(mayWait);
      return false;
    });
    touch('a', 'path');
    await vi.advanceTimersByTimeAsync(10);
    touch('b', 'path');
    await vi.advanceTimersByTimeAsync(300);
    expect(seen.at(-1)).toBe('a path, b path');
    expect(asked.at(0)).toBe(true);
    expect(asked.at(-1)).toBe(false);
    const before = seen.length;
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen).toHaveLength(before);
  });

  it('says when everything has been settled, also what was unfinished', async () => {
    let done = false;
    const { touch, settled } = loopWith(() => done);
    await settled();
    const told = vi.fn();
    touch('a', 'path');
    void settled().then(told);
    await vi.advanceTimersByTimeAsync(30);
    expect(told).not.toHaveBeenCalled();
    done = true;
    await vi.advanceTimersByTimeAsync(300);
    expect(told).toHaveBeenCalledOnce();
  });

  it('does nothing after it was stopped, and keeps nobody waiting', async () => {
    const { touch, settled, stop, seen } = loopWith();
    touch('a', 'path');
    const waiting = settled();
    stop();
    touch('b', 'path');
    await vi.advanceTimersByTimeAsync(300);
    await waiting;
    await settled();
    expect(seen).toEqual([]);
  });
});

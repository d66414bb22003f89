import { getEventListeners, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { timeLimit } from '../source/time-limit.ts';

const long = 60_000;

describe('a time limit', () => {
  it('aborts when the time is over, and says so', async () => {
    const limit = timeLimit(1, new AbortController().signal);
    await once(limit.signal, 'abort');
    expect(limit.signal.aborted).toBe(true);
    expect(limit.isOver()).toBe(true);
  });

  it.each(['before', 'after'])('aborts with the outer signal that aborts %s it began, for its reason', (when) => {
    const outer = new AbortController();
    if (when === 'before') outer.abort('enough');
    const limit = timeLimit(long, outer.signal);
    if (when === 'after') outer.abort('enough');
    expect(limit.signal.reason).toBe('enough');
    expect(limit.isOver()).toBe(false);
    limit.close();
  });

  it('ends what still follows its signal when it is closed, and its time is not over then', () => {
    const limit = timeLimit(long, new AbortController().signal);
    limit.close();
    expect(limit.signal.aborted).toBe(true);
    expect(limit.isOver()).toBe(false);
  });

  it('leaves neither a timer nor a listener behind', () => {
    const outer = new AbortController();
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const limit = timeLimit(long, outer.signal);
    expect([timers(), getEventListeners(outer.signal, 'abort').length]).toEqual([before + 1, 1]);
    limit.close();
    expect([timers(), getEventListeners(outer.signal, 'abort').length]).toEqual([before, 0]);
  });
});

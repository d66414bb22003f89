import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFrameClock } from '../../../components/screen/frame-clock.ts';
import { createDevStore } from '../../../source/dev/state/store.ts';

describe('frames of what the store tells', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** The times at which frames were drawn, milliseconds. */
  function watch() {
    const frames: number[] = [];
    const began = performance.now();
    const clock = createFrameClock(() => frames.push(Math.round(performance.now() - began)));
    const store = createDevStore();
    store.subscribe(() => clock.changed());
    return { frames, change: () => store.dispatch({ type: 'watching', at: 0, paused: true }) };
  }

  it('come at once after a quiet time', () => {
    const { frames, change } = watch();
    vi.advanceTimersByTime(1000);
    change();
    vi.advanceTimersByTime(1);
    expect(frames.at(-1)).toBeLessThanOrEqual(1001);
  });

  it('come within 33 ms of every change, and no more than thirty a second', () => {
    const { frames, change } = watch();
    for (let at = 0; at < 1000; at += 5) {
      change();
      vi.advanceTimersByTime(5);
    }
    expect(frames.length).toBeLessThanOrEqual(31);
    const gaps = frames.slice(1).map((frame, index) => frame - (frames[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(34);
  });
});

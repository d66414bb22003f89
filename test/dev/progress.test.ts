import { describe, expect, it } from 'vitest';
import { Progress } from '../../source/dev/progress.ts';

describe('the median from save to served', () => {
  it.each([
    ['none when nothing was served', [], null],
    ['none when only what was not saved was', [undefined], null],
    ['the middle one of three', [900, 30, 40], 40],
    ['between the two in the middle of four', [2000, 30, 50, 1800], 925],
  ])('is %s', (_what, times, expected) => {
    const progress = new Progress();
    for (const [index, ms] of times.entries()) progress.served(index + 1, ms);
    expect(progress.summary(null).medianMs).toBe(expected);
  });
});

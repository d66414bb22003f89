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
    for (const [index, ms] of times.entries()) progress.served(index + 1, 'in place', ms);
    expect(progress.summary(null).medianMs).toBe(expected);
  });
});

describe('the summary of a session', () => {
  it('has a median for each way that saves took, the commonest first', () => {
    const progress = new Progress();
    progress.served(1, 'in place', undefined);
    progress.served(2, 'in place', 900);
    progress.served(3, 'sync', 40);
    progress.served(4, 'sync', 60);
    expect(progress.summary(null).ways).toEqual([
      { path: 'sync', saves: 2, medianMs: 50 },
      { path: 'in place', saves: 1, medianMs: 900 },
    ]);
  });

  it('names what was learned, and not what turned out to be wrong', () => {
    const progress = new Progress();
    const kinds = ['*.js', '*.css', '*.ts'].map((what) => ({ what, to: '/app' }));
    progress.hear({ type: 'learned', at: 1, cycle: 2, kinds });
    progress.hear({ type: 'unlearned', at: 2, cycle: 3, kinds: ['*.ts'], why: 'assemble also changes /app/a.js' });
    expect(progress.summary(null).learned).toEqual(['*.js', '*.css']);
  });
});

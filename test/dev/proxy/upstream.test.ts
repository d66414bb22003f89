import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryPause } from '../../../source/dev/proxy/upstream.ts';

describe('the pause of a connection that was refused', () => {
  it('is short as long as the version has not been waited for long', () => {
    expect(retryPause(0, 1)).toBe(1);
    expect(retryPause(40, 1)).toBe(2);
  });

  it('is longer where many wait for the same version', () => {
    expect(retryPause(0, 100)).toBe(25);
  });

  it('is never over 50 ms, and never 0', () => {
    const times = fc.tuple(fc.nat(60_000), fc.nat(100_000));
    fc.assert(
      fc.property(times, ([waited, connections]) => {
        const pause = retryPause(waited, connections);
        return pause >= 1 && pause <= 50;
      }),
    );
  });
});

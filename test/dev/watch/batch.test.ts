import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  awaitWriter,
  type Burst,
  deadlineOf,
  holdBurst,
  joinBursts,
  touchBurst,
} from '../../../source/dev/watch/batch.ts';

const single: Burst = { first: 1000, last: 1000, paths: 1 };

describe('deadlineOf', () => {
  it('is 10 ms after a single file', () => {
    expect(deadlineOf(single)).toBe(1010);
  });

  it('grows with the number of files to 50 ms', () => {
    expect([2, 3, 5, 200].map((paths) => deadlineOf({ ...single, paths }))).toEqual([1020, 1030, 1050, 1050]);
  });

  it('begins anew with every event, but ends 300 ms after the first', () => {
    expect(deadlineOf({ first: 1000, last: 1200, paths: 1 })).toBe(1210);
    expect(deadlineOf({ first: 1000, last: 1299, paths: 200 })).toBe(1300);
  });

  it('is fixed by a debounce time, also by one above 300 ms', () => {
    expect(deadlineOf({ ...single, paths: 200 }, 20)).toBe(1020);
    expect(deadlineOf(single, 500)).toBe(1500);
    expect(deadlineOf({ ...single, last: 1400 }, 500)).toBe(1500);
    expect(deadlineOf(single, 0)).toBe(1000);
  });
});

describe('holdBurst', () => {
  it('waits 60 ms for something unfinished', () => {
    const held = holdBurst(single, 1010);
    expect(held && deadlineOf(held)).toBe(1070);
  });

  it('looks again soon when an event comes', () => {
    const held = holdBurst(single, 1010);
    expect(held && deadlineOf(touchBurst(held, 1015, 1))).toBe(1025);
  });

  it('does not begin anew when it is still unfinished, nor looks again without an event', () => {
    const again = holdBurst(touchBurst(holdBurst(single, 1010), 1015, 1), 1025);
    expect(again && deadlineOf(again)).toBe(1070);
    expect(again && holdBurst(again, 1070)).toBeUndefined();
  });

  it('never waits longer than a burst may last', () => {
    expect(holdBurst(single, 1300)).toBeUndefined();
    const held = holdBurst(single, 1280);
    expect(held && deadlineOf(held)).toBe(1300);
  });
});

describe('awaitWriter', () => {
  const many: Burst = { first: 1000, last: 1000, paths: 10 };

  it('has a look every 5 ms, whatever comes meanwhile', () => {
    const waiting = awaitWriter(many, 1050);
    expect(waiting && deadlineOf(waiting)).toBe(1055);
    expect(waiting && deadlineOf(touchBurst(waiting, 1054, 11))).toBe(1055);
    expect(waiting && deadlineOf(waiting, 2000)).toBe(1055);
  });

  it('leaves the rest to the rules for what is unfinished, once the writer is done', () => {
    const waiting = awaitWriter(many, 1050);
    const held = waiting && holdBurst(waiting, 1055);
    expect(held && deadlineOf(held)).toBe(1115);
  });

  it('lets fewer than 10 paths go', () => {
    expect(awaitWriter({ ...many, paths: 9 }, 1050)).toBeUndefined();
  });

  it('lets go half a second after the last event, so that a lock without a program holds nothing up', () => {
    expect(awaitWriter(many, 1499)).toBeDefined();
    expect(awaitWriter(many, 1500)).toBeUndefined();
  });

  it('lets go after half a minute, whatever goes on', () => {
    expect(awaitWriter({ ...many, last: 30_999 }, 30_999)).toBeDefined();
    expect(awaitWriter({ ...many, last: 31_000 }, 31_000)).toBeUndefined();
  });
});

describe('joinBursts', () => {
  it('begins with the earlier and ends with the later one', () => {
    expect(joinBursts(single, { first: 1020, last: 1030, paths: 2 }, 3)).toEqual({ first: 1000, last: 1030, paths: 3 });
    expect(joinBursts(single, undefined, 1)).toEqual(single);
  });
});

describe('a burst, whatever comes when', () => {
  const step = fc.record({ after: fc.integer({ min: 0, max: 80 }), hold: fc.boolean() });

  it('always ends, at most 300 ms after its first event, and never before an event in it', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.option(fc.nat(280)), (steps, fixed) => {
        const debounce = fixed ?? undefined;
        let now = 0;
        let burst: Burst | undefined;
        for (const [index, { after, hold }] of steps.entries()) {
          const end = burst === undefined ? Number.POSITIVE_INFINITY : deadlineOf(burst, debounce);
          if (now + after >= end) {
            burst = burst && hold ? holdBurst(burst, end, debounce) : undefined;
            now = end;
            if (burst) expect(deadlineOf(burst, debounce)).toBeGreaterThan(now);
          } else {
            now += after;
            burst = touchBurst(burst, now, index + 1);
          }
          if (burst === undefined) continue;
          expect(deadlineOf(burst, debounce)).toBeLessThanOrEqual(burst.first + 300);
          expect(deadlineOf(burst, debounce)).toBeGreaterThanOrEqual(burst.last);
        }
      }),
    );
  });
});

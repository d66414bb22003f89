import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areAlike } from '../../../source/dev/logs/alike.ts';
import { LogBuffer } from '../../../source/dev/logs/log-buffer.ts';

describe('lines are alike', () => {
  it.each([
    ['GET /a 200 3 ms', 'GET /a 200  12 ms', true],
    ['step 9 of 30', 'step 10 of 30', true],
    ['', '', true],
    ['compiled a.js', 'compiled b.js', false],
    ['line 1', 'line 1 and more', false],
    ['line', 'line 1', false],
  ])('%j and %j: %s', (one, other, alike) => {
    expect(areAlike(one, other)).toBe(alike);
    expect(areAlike(other, one)).toBe(alike);
  });
});

it('a run has all neighbours that are alike, through all blocks, and none of the forgotten ones', () => {
  const line = fc.record({
    text: fc.constantFrom('line 1', 'line 22', 'other', `${'x'.repeat(700)} 7`),
    source: fc.constantFrom('assemble', 'app'),
    build: fc.constantFrom(1, 2),
    times: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (pieces) => {
      const log = new LogBuffer({ bytes: 40_000 });
      for (const { text, source, build, times } of pieces) {
        const lines = Array.from({ length: times }, () => text);
        log.append({ lines, open: '', source, stream: 'stdout', build, at: 0 });
      }
      const isNext = (number: number): boolean => {
        const [one, other] = [log.line(number - 1), log.line(number)];
        if (one === undefined || other === undefined) return false;
        return one.source === other.source && one.build === other.build && areAlike(one.text, other.text);
      };
      for (let number = log.first; number < log.end; number++) {
        let [first, last] = [number, number];
        while (first > log.first && isNext(first)) first -= 1;
        while (isNext(last + 1)) last += 1;
        expect(log.run(number)).toEqual({ first, last });
      }
    }),
  );
});

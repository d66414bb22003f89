import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUserRanges, isAllowedUser, onBuildUsers, parseUserRanges } from '../../source/protocol/allowed-users.ts';

describe('ranges of users', () => {
  it('are read as they are written', () => {
    const bound = fc.nat({ max: 5000 });
    const range = fc.tuple(bound, bound).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 5 }), (ranges) => {
        expect(parseUserRanges(formatUserRanges(ranges))).toEqual(ranges);
      }),
    );
  });

  it.each(['', '-', 'a', '1-2-3', '5-1', '1,,2', '4294967295'])('%j is none', (text) => {
    expect(parseUserRanges(text)).toBeUndefined();
  });

  it.each([
    ['1', '1-', true],
    ['0', '1-', false],
    ['', '1-', false],
    ['', '0', true],
    ['root', '0-', false],
    ['1001:0', '1000-1999', true],
    ['2000', '1000-1999,5', false],
    ['3', '-5', true],
    ['1e3', '1-', false],
  ])('%j in %s: %s', (user, ranges, allowed) => {
    expect(isAllowedUser(user, parseUserRanges(ranges) ?? [])).toBe(allowed);
  });
});

describe('onBuildUsers', () => {
  it('are those of USER instructions, however they are written', () => {
    expect(onBuildUsers(['RUN id', 'USER 0', ' user  app ', 'COPY USER x'])).toEqual(['0', 'app']);
  });

  it.each(['USER\\\n 0', 'USER \\ \r\n# why\n\n0', '# why\nUSER 0', '# escape=`\nUS`\nER 0', '\n\tUSER\t0'])(
    'is found in %j, which engines take for one',
    (instruction) => expect(onBuildUsers([instruction])).toEqual(['0']),
  );

  it('is nobody who is allowed where it is more than a word', () => {
    const [user = ''] = onBuildUsers(['USER 1001 0']);
    expect(isAllowedUser(user, [{ from: 1, to: 2000 }])).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../source/cli/command-line/suggest.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['build', 'build', 0],
    ['build', 'buid', 1],
    ['build', 'builld', 1],
    ['build', 'bukld', 1],
    ['build', 'biuld', 1],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
  ])('between %j and %j is %i', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
  });

  it('is the same in both directions', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (left, right) => {
        expect(editDistance(left, right)).toBe(editDistance(right, left));
      }),
    );
  });
});

describe('nearest', () => {
  it('picks the closest candidate', () => {
    expect(nearest('--envfile', ['--env', '--env-file', '--clean'])).toBe('--env-file');
  });

  it('allows a short word one mistake only', () => {
    expect(nearest('--rn', ['--rm'])).toBe('--rm');
    expect(nearest('--xy', ['--rm'])).toBeUndefined();
  });

  it('has nothing to say when no candidate is close', () => {
    expect(nearest('frobnicate', ['build', 'usage'])).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDockerIgnore } from '../../../source/tree/ignore/docker.ts';
import { parseGitIgnore } from '../../../source/tree/ignore/git.ts';
import { compileGlob, type GlobToken } from '../../../source/tree/ignore/glob.ts';

/** What the tokens mean, as an expression; harmless as long as patterns are short. */
function expressionOf(tokens: readonly GlobToken[]): RegExp {
  const parts = tokens.map((token) => {
    if (token === 'any') return '[^/]';
    if (token === 'star') return '[^/]*';
    if (token === 'folders') return '(?:.*/)?';
    if (token === 'rest') return '.*';
    if (typeof token === 'number') return String.fromCodePoint(token);
    return `(?!/)[${token.negated ? '^' : ''}${token.ranges.map(([a, b]) => String.fromCodePoint(a, 0x2d, b)).join('')}]`;
  });
  return new RegExp(`^${parts.join('')}$`, 'su');
}

const token = fc.oneof(
  fc.constantFrom<GlobToken[]>(0x61, 0x62, 0x2f, 0x1f98a, 'any', 'star', 'folders'),
  fc.record({
    negated: fc.boolean(),
    ranges: fc.constant([
      [0x61, 0x61],
      [0x63, 0x65],
    ] as const),
  }),
);
const tokens = fc
  .tuple(fc.array(token, { maxLength: 6 }), fc.constantFrom<GlobToken[][]>([], [], ['rest']))
  .map((parts) => parts.flat());
const text = fc.array(fc.constantFrom('a', 'b', 'c', '/', '/', '🦊'), { maxLength: 8 }).map((chars) => chars.join(''));

describe('compileGlob', () => {
  it('matches what the tokens mean', () => {
    fc.assert(
      fc.property(tokens, text, (pattern, path) => {
        expect(compileGlob(pattern).matches(path)).toBe(expressionOf(pattern).test(path));
      }),
      { numRuns: 3000 },
    );
  });

  it('matches what is below a match where it is asked to', () => {
    fc.assert(
      fc.property(tokens, text, (pattern, path) => {
        const parts = path.split('/');
        const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
        const expected = above.some((folder) => expressionOf(pattern).test(folder));
        expect(compileGlob(pattern, { below: true }).matches(path)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });
});

/** Each takes longer than the universe has lasted when every way through the pattern is tried. */
const hostile = [
  ['*a', 'b'],
  ['**/', 'b'],
  ['**/a*', '/b'],
  ['*', 'b'],
  ['?*', 'b'],
  ['[a-z]*', '!'],
  ['a**', 'b'],
  ['*/**/', 'b'],
  ['a*?', '[b]'],
] as const;

describe.each([
  ['git', (pattern: string) => parseGitIgnore(pattern).ignores],
  ['Docker', (pattern: string) => parseDockerIgnore(pattern).ignores],
] as const)('a pattern by the rules of %s', (_, rulesOf) => {
  it.each(hostile)('of the kind %j is done with any name', (piece, end) => {
    const pattern = piece.repeat(60) + end;
    const ignores = rulesOf(pattern);
    for (const name of ['a'.repeat(4000), 'a/'.repeat(100), `${'a'.repeat(200)}/`.repeat(20)]) {
      expect(ignores(`${name}c`, false)).toBe(false);
    }
  });
});

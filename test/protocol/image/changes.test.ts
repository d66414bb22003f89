import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignment, assignmentBytes, encodedBytes } from '../../../source/protocol/image/changes.ts';

describe('assignment', () => {
  it('escapes what the parser of Dockerfiles would change', () => {
    expect(assignment('LABEL', 'a b', 'say "$HOME" \\ it\'s', 'dockerfile')).toBe(
      'LABEL "a b"="say \\"\\$HOME\\" \\\\ it\'s"',
    );
  });

  it('puts quotes around a literal value and changes nothing in it', () => {
    expect(assignment('ENV', 'A', ' say "$HOME" \\ ', 'literal')).toBe('ENV "A"=" say "$HOME" \\ "');
  });

  it.each([
    ['a newline', 'A', 'x\ny'],
    ['NUL', 'A', 'x\0'],
    ['half a surrogate pair', 'A', '\ud800'],
    ['= in the name', 'A=B', 'x'],
    ['a newline in the name', 'A\nB', 'x'],
    ['no name', '', 'x'],
  ])('has no instruction for %s', (_, name, value) => {
    expect(assignment('LABEL', name, value, 'dockerfile')).toBeUndefined();
    expect(assignment('LABEL', name, value, 'literal')).toBeUndefined();
  });

  it('keeps whole pairs of surrogates', () => {
    expect(assignment('ENV', 'A', '😀', 'dockerfile')).toBe('ENV "A"="😀"');
  });

  it('leaves no quote, dollar or backslash without its escape, so that any value comes out as it went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', '$', '\\', ' ', '{', '}', "'", '#') }), (value) => {
        const [, quoted = ''] =
          /^ENV "A"="((?:[^"$\\]|\\["$\\])*)"$/.exec(assignment('ENV', 'A', value, 'dockerfile') ?? '') ?? [];
        expect(quoted.replace(/\\(.)/g, '$1')).toBe(value);
      }),
    );
  });
});

describe('assignmentBytes', () => {
  it('counts bytes with escapes', () => {
    expect(assignmentBytes('LABEL', 'a', 'é"')).toBe('LABEL "a"=""'.length + 2 + 2);
  });
});

describe('encodedBytes', () => {
  it('is never less than what a URL really takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(encodedBytes(text)).toBeGreaterThanOrEqual(encodeURIComponent(text).length);
      }),
    );
  });
});

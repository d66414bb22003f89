import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { treeOf } from '../../components/artifacts/folders.ts';
import { highlight } from '../../components/log/highlight.ts';
import { createScreen } from '../../components/screen/screen.ts';
import { limitColours } from '../../components/theme/colours.ts';
import { clip, clipStart, columnsOf, harmless, padEnd, slice, spread, steady } from '../../source/terminal/width.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'ü', '漢', '🚀', ' ', '\x1b[31m', '\x1b[0m'), maxLength: 30 });
const plain = (shown: string) => shown.replace(/\x1b\[[\d;]*m/g, '');

describe('cutting text', () => {
  it('never takes more columns than there are', () => {
    fc.assert(
      fc.property(text, fc.nat(20), (shown, columns) => {
        expect(columnsOf(clip(shown, columns))).toBeLessThanOrEqual(columns);
        expect(columnsOf(clipStart(shown, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('leaves text alone that fits', () => {
    fc.assert(fc.property(text, (shown) => clip(shown, columnsOf(shown)) === shown));
  });

  it('fills a line exactly, the right side first', () => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 60 }), (left, right, columns) => {
        expect(columnsOf(padEnd(spread(left, right, columns), columns))).toBe(columns);
      }),
    );
    expect(spread('a long left side', 'right', 12)).toBe('a lon… right');
  });

  it('measures what is quickly measured as it would with a closer look', () => {
    for (let code = 0x20; code < 0x3000; code++) {
      const twice = String.fromCharCode(code, code);
      expect(columnsOf(`\x1b[1m${twice}\x1b[0m`), code.toString(16)).toBe(stringWidth(twice));
    }
  });

  it('cuts a part out in the colours that it has there', () => {
    const line = '\x1b[31mred\x1b[0m plain \x1b[1mbold\x1b[32mgreen\x1b[0m';
    expect(slice(line, 1, 6)).toBe('\x1b[31med\x1b[0m pl\x1b[0m');
    expect(slice(line, 4, 9)).toBe('plain');
    expect(slice(line, 12, 16)).toBe('\x1b[1mld\x1b[32mgr\x1b[0m');
    expect(plain(slice(line, 2, 99))).toBe(plain(line).slice(2));
  });

  it('takes control sequences and turned writing out of words from outside', () => {
    expect(harmless('a\x1b[31mb\x1b[0m\u202ec\x07\nd\x9b2J')).toBe('abc d2J');
  });

  it('gives every emoji the width that all terminals agree on, and tabs their place', () => {
    expect(steady('👩‍👩‍👧 👍🏽 ❤️')).toBe('👩👩👧 👍 ❤');
    expect(steady('a\tb\t漢\tc')).toBe('a       b       漢      c');
  });
});

describe('highlight', () => {
  it('marks every hit, through colours, and changes nothing else', () => {
    expect(highlight('a foo b', /foo/gi, 'current')).toBe('a \x1b[7mfoo\x1b[27m b');
    expect(highlight('f\x1b[31moo\x1b[0m foo', /foo/gi, 'current')).toBe(
      '\x1b[7mf\x1b[31m\x1b[7moo\x1b[0m\x1b[7m\x1b[27m \x1b[7mfoo\x1b[27m',
    );
    fc.assert(
      fc.property(text, fc.constantFrom('a', 'aa', 'ü', '漢a'), (shown, query) => {
        expect(plain(highlight(shown, new RegExp(query, 'gi'), 'other'))).toBe(plain(shown));
      }),
    );
  });
});

describe('limitColours', () => {
  const line = '\x1b[1;38;2;255;0;0mred\x1b[48;5;21mblue\x1b[0m';

  it.each([
    [24, line],
    [8, '\x1b[1;38;5;196mred\x1b[48;5;21mblue\x1b[0m'],
    [4, '\x1b[1;91mred\x1b[104mblue\x1b[0m'],
    [1, 'redblue'],
  ])('leaves what a terminal of %i bits can show', (depth, shown) => expect(limitColours(line, depth)).toBe(shown));

  it.each([
    ['a colour space left empty', '\x1b[38:2::255:0:0mred', '\x1b[91mred'],
    ['no colour space', '\x1b[38:2:255:0:0;1mred', '\x1b[91;1mred'],
    ['one of 256', '\x1b[48:5:21mblue', '\x1b[104mblue'],
    ['no colour at all', '\x1b[4:3mcurly', '\x1b[4:3mcurly'],
  ])('reads codes with colons: %s', (_what, written, shown) => expect(limitColours(written, 4)).toBe(shown));
});

describe('createScreen', () => {
  it('writes only the rows that changed, and everything after invalidate', () => {
    const written: string[] = [];
    const screen = createScreen(
      (piece) => written.push(piece),
      () => 3,
    );
    screen.draw(['a', 'b', 'c']);
    screen.draw(['a', 'B', 'c', 'below the window']);
    screen.draw(['a', 'B', 'c']);
    expect(written.length).toBe(2);
    expect(written[1]).toBe('\x1b[?2026h\x1b[2;1H\x1b[0m\x1b[2KB\x1b[?2026l');
    screen.invalidate();
    screen.draw(['a', 'B', 'c']);
    expect(written[2]).toContain('\x1b[2J');
  });
});

describe('treeOf', () => {
  it('adds up folders, largest first, a file and a folder of one name apart', () => {
    const [first, second] = treeOf([
      { path: 'small', bytes: 1 },
      { path: './big/a', bytes: 5 },
      { path: 'big/b/c', bytes: 7 },
    ]);
    expect(first).toMatchObject({ name: 'big/', path: 'big', bytes: 12, files: 2 });
    expect(first?.children?.map(({ path }) => path)).toEqual(['big/b', 'big/a']);
    expect(second).toMatchObject({ name: 'small', children: undefined });
  });
});

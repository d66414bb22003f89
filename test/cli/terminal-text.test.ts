import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTerminalFilter, safeText } from '../../source/cli/terminal-text.ts';

const keep = (text: string) => createTerminalFilter(true)(text);
const strip = (text: string) => createTerminalFilter(false)(text);

describe('createTerminalFilter', () => {
  it.each([
    ['plain text, tabs and newlines', 'a\tb\nc\r\n', 'a\tb\nc\r\n'],
    ['letters beyond ASCII', 'é 日本 🚀 ---> ✔', 'é 日本 🚀 ---> ✔'],
    ['a colour', '\x1b[1;31mred\x1b[0m', '\x1b[1;31mred\x1b[0m'],
    ['a colour of 24 bits', '\x1b[38:2::1:2:3mx\x1b[m', '\x1b[38:2::1:2:3mx\x1b[m'],
  ])('keeps %s', (_what, text, shown) => {
    expect(keep(text)).toBe(shown);
  });

  it.each([
    ['cursor movement', 'a\x1b[2Ab\x1b[10;20Hc', 'abc'],
    ['clearing', 'a\x1b[2J\x1b[3J\x1b[Kb', 'ab'],
    ['the alternate screen', '\x1b[?1049ha\x1b[?1049l', 'a'],
    ['a reset of the terminal', 'a\x1bcb', 'ab'],
    ['a change of the character set', 'a\x1b(0b', 'ab'],
    ['a title', 'a\x1b]0;title\x07b', 'ab'],
    ['a link, ended by a string terminator', 'a\x1b]8;;http://x\x1b\\b', 'ab'],
    ['a device control string', 'a\x1bPq#1\x1b\\b', 'ab'],
    ['a keyboard mode that looks like a colour', 'a\x1b[>4;2mb', 'ab'],
    ['the one-character forms of all these', 'a\x9b2Jb\x9d0;t\x9cc', 'abc'],
    ['bells, backspaces and form feeds', 'a\x07\b\f\v\x00\x7fb', 'ab'],
    ['a sequence that another one interrupts', '\x1b[3\x1b[2Ja', 'a'],
  ])('leaves out %s', (_what, text, shown) => {
    expect(keep(text)).toBe(shown);
  });

  it('leaves out colours too when told so', () => {
    expect(strip('\x1b[31mred\x1b[0m')).toBe('red');
  });

  it('lets an unfinished sequence swallow no more than its line', () => {
    expect(keep('\x1b]0;never ended\nnext')).toBe('\nnext');
    expect(keep('\x1b[12\nnext')).toBe('\nnext');
  });

  it('gives the same however the text is cut', () => {
    const pieces = fc.array(
      fc.constantFrom(
        'a',
        '\x1b',
        '[',
        ']',
        '(',
        'P',
        '3',
        '1',
        ';',
        'm',
        'J',
        '?',
        '\x07',
        '\\',
        '\n',
        '\r',
        '\x9b',
        '\x9c',
      ),
    );
    fc.assert(
      fc.property(pieces, fc.boolean(), (characters, colour) => {
        const filter = createTerminalFilter(colour);
        expect(characters.map(filter).join('')).toBe(createTerminalFilter(colour)(characters.join('')));
      }),
    );
  });

  it('never lets anything but a colour through', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'\x1b\x9b[];?>0m12JHPX^_(\x07\\\b\x00 a') }), (text) => {
        expect(keep(text).replace(/\x1b\[[\d;:]*m/g, '')).toMatch(/^[\P{Cc}\n\r\t]*$/u);
      }),
    );
  });

  it('forgets a sequence that goes on for ever', () => {
    const filter = createTerminalFilter(true);
    filter(`\x1b[${'1'.repeat(100_000)}`);
    expect(filter('mx').length).toBeLessThan(100);
  });
});

describe('safeText', () => {
  it('has neither control sequences nor carriage returns', () => {
    expect(safeText('a\x1b[31mb\r\nc')).toBe('ab\nc');
  });
});

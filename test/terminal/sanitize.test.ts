import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSanitizer, sanitize } from '../../source/terminal/sanitize.ts';

const keep = (text: string) => createSanitizer()(text);

describe('createSanitizer', () => {
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

  it.each([
    ['alone', 'a\x1b[8mb\x1b[28mc', 'ab\x1b[28mc'],
    ['among colours', '\x1b[1;8;31mx', '\x1b[1;31mx'],
    ['written with zeros', '\x1b[008;0008mx', 'x'],
    ['after a colour of its own', '\x1b[38;5;8;8mx', '\x1b[38;5;8mx'],
    ['after a colour of 24 bits', '\x1b[48;2;8;8;8;8;1mx', '\x1b[48;2;8;8;8;1mx'],
    ['with parts of its own', '\x1b[8:1mx', 'x'],
  ])('shows hidden text: %s', (_how, text, shown) => {
    expect(keep(text)).toBe(shown);
  });

  it('leaves out what turns the direction of writing, and nothing else of other scripts', () => {
    expect(keep('a\u202eb\u2066c\u2069\u200e\u200f\u061cd')).toBe('abcd');
    expect(keep('שלום مرحبا 👨‍👩‍👧 é')).toBe('שלום مرحبا 👨‍👩‍👧 é');
  });

  it('leaves text without controls as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const plain = text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
        expect(keep(plain)).toBe(plain);
      }),
    );
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
      fc.property(pieces, (characters) => {
        expect(characters.map(createSanitizer()).join('')).toBe(keep(characters.join('')));
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
    const filter = createSanitizer();
    filter(`\x1b[${'1'.repeat(100_000)}`);
    expect(filter('mx').length).toBeLessThan(100);
  });
});

describe('sanitize', () => {
  it('has neither control sequences nor carriage returns', () => {
    expect(sanitize('a\x1b[31mb\r\nc')).toBe('ab\nc');
  });
});

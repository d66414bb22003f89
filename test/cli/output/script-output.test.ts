import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScriptOutput } from '../../../source/cli/output/script-output.ts';
import { piecesOf } from '../../support/pieces.ts';

type Stream = 'stdout' | 'stderr';

function open({ inPlace = false, colour = true } = {}) {
  const next = piecesOf();
  const output = createScriptOutput({ indent: '  ', colour, inPlace });
  return { output, add: (text: string, stream: Stream = 'stdout') => output.add(next(text, stream)) };
}

describe("a script's output in a pipe", () => {
  it('is indented, empty lines aside', () => {
    expect(open().add('a\n\nb\n')).toBe('  a\n\n  b\n');
  });

  it('has pieces of a line put together', () => {
    const { add, output } = open();
    expect([add('a'), add('b\nc'), output.showOpen(), output.breakLine()]).toEqual(['', '  ab\n', '  c', '\n']);
  });

  it('has the lines of both streams apart', () => {
    const { add } = open();
    expect(add('out') + add('err\n', 'stderr') + add('put\n')).toBe('  err\n  output\n');
  });

  it('has the last state of a line that was written over', () => {
    const { add } = open();
    expect(['10%\r50', '%\r', '100%', '\r', '\nnext\r\n'].map((piece) => add(piece)).join('')).toBe('  100%\n  next\n');
  });

  it('has no colours where none are wanted', () => {
    const { add } = open({ colour: false });
    expect(add('\x1b[3') + add('1mred\x1b[0m\n')).toBe('  red\n');
  });

  it('does not hold back a line without end', () => {
    const { add } = open();
    let shown = 0;
    for (let count = 0; count < 40; count++) shown += add('x'.repeat(100_000)).length;
    expect(shown).toBeGreaterThan(3_000_000);
  });

  it('gives the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'bc', '\n', '\r', '\r\n', '\x1b[1m')), (pieces) => {
        const [cut, whole] = [open(), open()];
        expect(pieces.map((piece) => cut.add(piece)).join('') + cut.output.showOpen()).toBe(
          whole.add(pieces.join('')) + whole.output.showOpen(),
        );
      }),
    );
  });

  it('has each character once, whenever an unfinished line is shown or broken', () => {
    const step = fc.oneof(fc.constantFrom('a', 'bc', '\n'), fc.constantFrom('show', 'break'));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { add, output } = open();
        const take = (one: string) =>
          one === 'show' ? output.showOpen() : one === 'break' ? output.breakLine() : add(one);
        const shown = steps.map(take).join('') + output.showOpen();
        const printed = steps.filter((one) => one !== 'show' && one !== 'break').join('');
        expect(shown.replace(/\s/g, '')).toBe(printed.replace(/\s/g, ''));
      }),
    );
  });
});

describe("a script's output on a terminal", () => {
  it('is shown at once and indented at line starts only', () => {
    const { add } = open({ inPlace: true });
    expect(['a', 'b', '\n', '\nc'].map((piece) => add(piece))).toEqual(['  a', 'b', '\n', '\n  c']);
  });

  it('has a line of its own for each stream', () => {
    const { add } = open({ inPlace: true });
    expect(add('out') + add('err\n', 'stderr') + add('put\n')).toBe('  out\n  err\n  put\n');
  });

  it('is written over in place, behind the indent', () => {
    const { add } = open({ inPlace: true });
    expect(['10%\r', '100%', '\r\n'].map((piece) => add(piece))).toEqual(['  10%', '\r\x1b[K  100%', '\n']);
  });

  it('has its colours, which end with the line', () => {
    const { add } = open({ inPlace: true });
    expect(add('\x1b[2J\x1b[32mok\nmore')).toBe('  \x1b[32mok\x1b[0m\n  \x1b[32mmore');
  });

  it('is unfinished in the middle of a line', () => {
    const { add, output } = open({ inPlace: true });
    const states = ['a', '\n', '\x1b[31mred\n'].map((piece) => {
      add(piece);
      return output.unfinished;
    });
    expect(states).toEqual([true, false, false]);
  });

  it('ends with the colour off and at the start of a line', () => {
    const { add, output } = open({ inPlace: true });
    add('\x1b[31mred');
    expect(output.breakLine()).toBe('\x1b[0m\n');
    expect(output.breakLine()).toBe('');
  });
});

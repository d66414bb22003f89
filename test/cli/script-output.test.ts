import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPipedOutput, createTerminalOutput } from '../../source/cli/script-output.ts';

describe('createPipedOutput', () => {
  it('indents every line and leaves empty ones empty', () => {
    expect(createPipedOutput('  ', false).add('stdout', 'a\n\nb\n')).toBe('  a\n\n  b\n');
  });

  it('puts pieces of a line together', () => {
    const output = createPipedOutput('  ', false);
    expect([output.add('stdout', 'a'), output.add('stdout', 'b\nc'), output.end()]).toEqual(['', '  ab\n', '  c\n']);
  });

  it('keeps the lines of both streams apart', () => {
    const output = createPipedOutput('  ', false);
    expect(output.add('stdout', 'out') + output.add('stderr', 'err\n') + output.add('stdout', 'put\n')).toBe(
      '  err\n  output\n',
    );
  });

  it('shows the last state of a line that was written over', () => {
    const output = createPipedOutput('  ', false);
    const pieces = ['10%\r50', '%\r', '100%', '\r', '\nnext\r\n'];
    expect(pieces.map((piece) => output.add('stdout', piece)).join('')).toBe('  100%\n  next\n');
  });

  it('takes colours out, also when they come in two pieces', () => {
    const output = createPipedOutput('  ', false);
    expect(output.add('stdout', '\x1b[3') + output.add('stdout', '1mred\x1b[0m\n')).toBe('  red\n');
  });

  it('ends a colour that the script left on', () => {
    const output = createPipedOutput('  ', true);
    expect(output.add('stdout', '\x1b[31mred\n') + output.end()).toBe('  \x1b[31mred\n\x1b[0m');
    expect(output.end()).toBe('');
  });

  it('does not hold back a line without end', () => {
    const output = createPipedOutput('  ', false);
    let shown = 0;
    for (let count = 0; count < 40; count++) shown += output.add('stdout', 'x'.repeat(100_000)).length;
    expect(shown).toBeGreaterThan(2_000_000);
  });

  it('gives the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'bc', '\n', '\r', '\r\n', '\x1b[1m')), (pieces) => {
        const cut = createPipedOutput('  ', false);
        const whole = createPipedOutput('  ', false);
        expect(pieces.map((piece) => cut.add('stdout', piece)).join('') + cut.end()).toBe(
          whole.add('stdout', pieces.join('')) + whole.end(),
        );
      }),
    );
  });
});

describe('createTerminalOutput', () => {
  it('shows pieces at once and indents at line starts only', () => {
    const output = createTerminalOutput('  ', true);
    expect(['a', 'b', '\n', '\nc'].map((piece) => output.add('stdout', piece))).toEqual(['  a', 'b', '\n', '\n  c']);
  });

  it('gives a line of its own to each stream', () => {
    const output = createTerminalOutput('  ', true);
    expect(output.add('stdout', 'out') + output.add('stderr', 'err\n') + output.add('stdout', 'put\n')).toBe(
      '  out\n  err\n  put\n',
    );
  });

  it('writes over a line in place, behind the indent', () => {
    const output = createTerminalOutput('  ', true);
    expect(['10%\r', '100%', '\r\n'].map((piece) => output.add('stdout', piece))).toEqual([
      '  10%',
      '\r\x1b[K  100%',
      '\n',
    ]);
  });

  it('keeps colours and nothing else', () => {
    expect(createTerminalOutput('  ', true).add('stdout', '\x1b[2J\x1b[32mok\x1b[0m\n')).toBe('  \x1b[32mok\x1b[0m\n');
  });

  it('is unfinished in the middle of a line and while a colour is on', () => {
    const output = createTerminalOutput('  ', true);
    const states = ['a', '\n', '\x1b[31mred\n', '\x1b[0m\n'].map((piece) => {
      output.add('stdout', piece);
      return output.unfinished;
    });
    expect(states).toEqual([true, false, true, false]);
  });

  it('ends with the colour off and at the start of a line', () => {
    const output = createTerminalOutput('  ', true);
    output.add('stdout', '\x1b[31mred');
    expect(output.end()).toBe('\x1b[0m\n');
    expect(output.end()).toBe('');
  });
});

import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter } from '../../source/terminal/lines.ts';
import { createSanitizer } from '../../source/terminal/sanitize.ts';
import { coloursAfter } from '../../source/terminal/sgr.ts';

const codes = [
  ...['', '0', '1', '2', '3', '4', '7', '9', '22', '23', '24', '27', '29', '31', '39', '42', '49', '53', '55', '93'],
  ...['104', '1;31', '0;32', '38;5;200', '48;2;1;2;3', '38;2;9;8;7;1', '38:5:77', '4:3', '4:0', '31;;1', '58;5;9'],
];
const sequence = fc.constantFrom(...codes).map((code) => `\x1b[${code}m`);
const text = fc.array(fc.oneof(sequence, fc.constantFrom('a', 'b c', '\n')), { maxLength: 25 });

/** Every character that a terminal shows of the text, with all that it shows of its look. */
async function looks(shown: string): Promise<string[][]> {
  const terminal = new xterm.Terminal({ cols: 80, rows: 40, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(shown.replaceAll('\n', '\r\n'), resolve));
  return Array.from({ length: 40 }, (_none, row) => {
    const line = terminal.buffer.active.getLine(row);
    return Array.from({ length: line?.translateToString(true).length ?? 0 }, (_character, column) => {
      const cell = line?.getCell(column);
      const modes = [cell?.isBold(), cell?.isDim(), cell?.isItalic(), cell?.isUnderline(), cell?.isInverse()];
      const others = [cell?.isStrikethrough(), cell?.isOverline(), cell?.getFgColorMode(), cell?.getFgColor()];
      return [cell?.getChars(), ...modes, ...others, cell?.getBgColorMode(), cell?.getBgColor()].join(' ');
    });
  });
}

describe('coloursAfter', () => {
  it.each([
    ['', 'plain', ''],
    ['', '\x1b[31mred', '\x1b[31m'],
    ['\x1b[31m', ' still', '\x1b[31m'],
    ['\x1b[31m', '\x1b[1;32m', '\x1b[32;1m'],
    ['\x1b[1;31m', '\x1b[22m', '\x1b[31m'],
    ['\x1b[1;31m', 'x\x1b[0m', ''],
    ['\x1b[1;31m', 'x\x1b[m', ''],
    ['', '\x1b[38;2;1;2;3;4m', '\x1b[38;2;1;2;3;4m'],
  ])('after %j and %j they are %j', (before, shown, after) => expect(coloursAfter(before, shown)).toBe(after));

  it('puts a terminal into the same state as the text did', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (parts) => {
        const before = parts.join('').replaceAll('\n', '');
        const colours = coloursAfter('', before);
        const [row = []] = await looks(`${before}X`);
        expect((await looks(`${colours}X`))[0]).toEqual(row.slice(-1));
      }),
      { numRuns: 150 },
    );
  });

  it('stays short, however much was switched on and off', () => {
    fc.assert(fc.property(fc.array(text), (texts) => coloursAfter('', texts.flat().join('')).length < 80));
  });
});

describe('the lines of coloured output', () => {
  it('each look alone as they do together on a terminal, wherever the pieces are cut', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
        const all = parts.join('');
        const splitter = createLineSplitter();
        const sanitize = createSanitizer();
        const pieces = all.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        const lines = [...pieces.flatMap((piece) => splitter.add(sanitize(piece))), ...splitter.end()];
        expect(await looks(lines.map((line) => `${line}\x1b[0m`).join('\n'))).toEqual(await looks(all));
      }),
      { numRuns: 150 },
    );
  });

  it('has of a line without characters nothing, and of the unfinished one its colours too', () => {
    const splitter = createLineSplitter();
    expect(splitter.add('\x1b[31m\n\nred\nstill')).toEqual(['', '', '\x1b[31mred']);
    expect(splitter.open).toBe('\x1b[31mstill');
  });

  it('keeps a colour that the overwritten part of a progress bar switched on', () => {
    const splitter = createLineSplitter();
    expect(splitter.add('\x1b[32m10%\r20%\r')).toEqual([]);
    expect(splitter.open).toBe('\x1b[32m20%');
    expect(splitter.add('\x1b[0m\nplain\n')).toEqual(['\x1b[32m20%\x1b[0m', 'plain']);
  });
});

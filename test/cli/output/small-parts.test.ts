import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../../source/cli/command-line/exit-codes.ts';
import { commandNames, commands } from '../../../source/cli/command-line/table.ts';
import { createPaint, wantsColour } from '../../../source/terminal/colours.ts';
import { twoColumns, wrap } from '../../../source/terminal/columns.ts';
import { formatDuration, parseDuration } from '../../../source/terminal/duration.ts';

describe('wantsColour', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ TERM: 'dumb' }, true, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, false],
  ])('with %j on a terminal (%s) is %s', (env, isTTY, colour) => {
    expect(wantsColour(env, { isTTY })).toBe(colour);
  });
});

describe('createPaint', () => {
  it('colours text, or leaves it as it is', () => {
    expect(createPaint(true)('red', 'x')).toBe('\x1b[31mx\x1b[0m');
    expect(createPaint(false)('red', 'x')).toBe('x');
  });
});

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['0s', undefined],
    ['10', undefined],
    ['', undefined],
    ['-1s', undefined],
    ['1.5s', undefined],
    ['s', undefined],
    ['600h', undefined],
  ])('of %j is %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, 2, '0.00s'],
    [290, 2, '0.29s'],
    [3420, 2, '3.42s'],
    [3900, 1, '3.9s'],
    [12_000, 0, '12s'],
    [60_000, 2, '1m 00s'],
    [3_725_000, 1, '62m 05s'],
  ] as const)('writes %i ms with %i decimals as %s', (ms, decimals, text) => {
    expect(formatDuration(ms, decimals)).toBe(text);
  });
});

describe('wrap', () => {
  it('breaks between words and never inside one', () => {
    expect(wrap('aa bb cc dddddddd e', 5)).toEqual(['aa bb', 'cc', 'dddddddd', 'e']);
  });
});

describe('twoColumns', () => {
  it('aligns the right column and gives a wide left cell a line of its own', () => {
    expect(
      twoColumns(
        [
          ['-a', 'one two'],
          ['--long-name', 'three'],
          ['-bc', ''],
        ],
        12,
        4,
      ),
    ).toEqual(['  -a   one', '       two', '  --long-name', '       three', '  -bc']);
  });
});

describe('the tables', () => {
  it('give every command its help', () => {
    expect(commandNames.filter((name) => !commands[name].options.includes('help'))).toEqual([]);
  });

  it('give every exit code one meaning', () => {
    const codes = exitCodes.map(({ exitCode }) => exitCode);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual(expect.arrayContaining([0, 10, 60, 64, 70, 129, 130, 143]));
  });
});

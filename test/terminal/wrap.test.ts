import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logLines, logRows } from '../../components/log/rows.ts';
import { timesShown } from '../../components/log/times.ts';
import { initialView } from '../../components/model/view-state.ts';
import { windowRows } from '../../components/model/viewport.ts';
import { createTheme } from '../../components/theme/theme.ts';
import { LogBuffer } from '../../source/dev/logs/log-buffer.ts';

import { plainText } from '../../source/terminal/plain.ts';
import { coloursAfter } from '../../source/terminal/sgr.ts';
import { columnsOf } from '../../source/terminal/width.ts';
import { wrapLine } from '../../source/terminal/wrap.ts';
import { wrapAtWords } from '../../source/terminal/wrap-words.ts';
import { append } from '../support/pieces.ts';

const units = ['a', 'some words', 'ü', '漢', '🚀', ' ', '\x1b[31m', '\x1b[1;42m', '\x1b[0m'];
const text = fc.string({ unit: fc.constantFrom(...units), maxLength: 30 });
const columns = fc.integer({ min: 2, max: 30 });

describe('wrapLine', () => {
  it('loses nothing, and fills no row with more columns than there are', () => {
    fc.assert(
      fc.property(text, columns, (line, width) => {
        const rows = wrapLine(line, width);
        expect(rows.map(plainText).join('')).toBe(plainText(line));
        for (const row of rows) expect(columnsOf(row)).toBeLessThanOrEqual(width);
        // A row ends early only before a wide character.
        for (const row of rows.slice(0, -1)) expect(columnsOf(row)).toBeGreaterThanOrEqual(width - 1);
      }),
    );
  });

  it('begins each row with the colours that are on', () => {
    fc.assert(
      fc.property(text, columns, (line, width) => {
        const rows = wrapLine(line, width);
        const until = (count: number) => coloursAfter('', rows.slice(0, count).join(''));
        for (const [index, row] of rows.entries()) expect(coloursAfter('', row)).toBe(until(index + 1));
        expect(until(rows.length)).toBe(coloursAfter('', line));
      }),
    );
  });

  it('has the same first rows when it looks no further', () => {
    fc.assert(
      fc.property(text, columns, fc.integer({ min: 1, max: 4 }), (line, width, most) => {
        expect(wrapLine(line, width, most)).toEqual(wrapLine(line, width).slice(0, most));
      }),
    );
  });
});

describe('wrapAtWords', () => {
  it('breaks between words, leaves room for an indent, and loses nothing but the space at the break', () => {
    expect(wrapAtWords('the quick brown fox jumps', 12, 2)).toEqual(['the quick', 'brown fox', 'jumps']);
    expect(wrapAtWords(`\x1b[31m${'x'.repeat(25)}`, 10, 2).map(plainText)).toEqual([
      'x'.repeat(10),
      'x'.repeat(8),
      'x'.repeat(7),
    ]);
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 30 }), (line, width) => {
        const rows = wrapAtWords(line, width, 2).map(plainText);
        for (const [index, row] of rows.entries())
          expect(columnsOf(row)).toBeLessThanOrEqual(index === 0 ? width : width - 1);
        expect(rows.join('').replaceAll(' ', '')).toBe(plainText(line).replaceAll(' ', ''));
      }),
    );
  });
});

describe('the rows of the log', () => {
  const theme = createTheme({ depth: 8, unicode: true });
  const draw = (line: string, view: Partial<typeof initialView.log>, width = 40, height = 20) => {
    const log = new LogBuffer();
    for (let time = 0; time < height; time++) {
      append(log, { text: `${line}\n`, source: 'app', stream: 'stdout', build: 1, at: 0 });
    }
    const looked = { ...initialView.log, fold: false, ...view };
    const scene = { log, filter: { sources: ['app'] }, view: looked, only: undefined, columns: width } as const;
    return logLines(scene, windowRows(logRows(scene), undefined, log.end, height), theme, () => 0);
  };

  it('fit into the pane, cut or wrapped, with times, hits and colours', () => {
    const views = fc.record({
      wrap: fc.boolean(),
      times: fc.constantFrom(...timesShown),
      fold: fc.constant(false),
      query: fc.constantFrom(undefined, 'a', 'e w'),
    });
    fc.assert(
      fc.property(text, views, fc.integer({ min: 20, max: 60 }), (line, view, width) => {
        const drawn = draw(line, view, width, 6);
        expect(drawn.length).toBe(6);
        for (const row of drawn) expect(columnsOf(row)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('show where a line goes on that is cut', () => {
    expect(draw('漢'.repeat(30), {}, 21, 1)).toEqual([`${'漢'.repeat(10)}…`]);
    expect(draw('漢'.repeat(10), {}, 20, 1)).toEqual(['漢'.repeat(10)]);
    expect(draw(`\x1b[31m${'x'.repeat(30)}`, {}, 20, 1)).toEqual([`\x1b[31m${'x'.repeat(19)}…\x1b[0m`]);
  });

  // Each of these once took minutes for one frame.
  it.each([
    ['colours and hits', '\x1b[31mhit\x1b[0m and '],
    ['tabs', 'hit\tand\t'],
    ['wide characters', '漢字hit'],
  ])('are drawn of the longest lines too, with %s', (_what, part) => {
    const line = part.repeat(Math.floor(60_000 / part.length));
    for (const wrap of [false, true]) {
      const drawn = draw(line, { wrap, query: 'hit' });
      expect(drawn.length).toBe(20);
      expect(drawn[0]).toContain('\x1b[4m');
    }
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyMap } from '../../../components/keys/map.ts';
import { barOf, levelOf, sparkline } from '../../../components/theme/bars.ts';
import { asciiMarks } from '../../../components/theme/marks.ts';
import { createTheme } from '../../../components/theme/theme.ts';
import { columnsOf } from '../../../source/terminal/width.ts';

const theme = fc.boolean().map((unicode) => createTheme({ depth: 1, unicode }));

it('a bar has its columns whatever the share, and grows with it', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(theme, share, share, fc.integer({ min: 1, max: 60 }), (look, one, other, columns) => {
      const filled = (of: number) =>
        [...barOf(of, columns, look)].filter((part) => part !== look.marks.bar.empty).length;
      expect(columnsOf(barOf(one, columns, look))).toBe(columns);
      expect(filled(Math.min(one, other))).toBeLessThanOrEqual(filled(Math.max(one, other)));
    }),
  );
});

it('a duration has one level, and a longer one no lower level', () => {
  fc.assert(
    fc.property(theme, fc.nat(), fc.nat(), (look, one, other) => {
      const level = (ms: number) => look.marks.levels.indexOf(levelOf(ms, look));
      expect(level(Math.min(one, other))).toBeLessThanOrEqual(level(Math.max(one, other)));
      expect(level(one)).toBeGreaterThanOrEqual(0);
    }),
  );
});

it('a sparkline has a column for each number', () => {
  fc.assert(
    fc.property(theme, fc.array(fc.nat(), { maxLength: 30 }), (look, values) => {
      expect(columnsOf(sparkline(values, 100, look))).toBe(values.length);
    }),
  );
});

it('in ASCII no mark is also a border or a key', () => {
  const { border, from, more, levels, bar, spinner, times, ...marks } = asciiMarks;
  const taken = new Set([...border, ...keyMap.flatMap(({ keys }) => keys)]);
  const all = [...Object.values(marks), ...levels, ...spinner, ...bar.parts, bar.empty, times, from, more];
  expect(all.filter((mark) => taken.has(mark))).toEqual([]);
});

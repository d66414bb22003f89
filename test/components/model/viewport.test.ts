import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  listStart,
  type Position,
  type RowSource,
  rowsFrom,
  scroll,
  topFor,
  windowRows,
} from '../../../components/model/viewport.ts';

/** Lines by number, each with its height; numbers without a height are filtered out. */
function sourceOf(heights: readonly (number | undefined)[]): RowSource {
  return {
    next(line) {
      const found = heights.findIndex((height, at) => at >= line && height !== undefined);
      return found < 0 ? undefined : found;
    },
    previous(line) {
      const found = heights.findLastIndex((height, at) => at <= line && height !== undefined);
      return found < 0 ? undefined : found;
    },
    height: (line) => heights[line] ?? 1,
  };
}

const lines = fc.array(fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }), { maxLength: 30 });
const height = fc.integer({ min: 1, max: 8 });
const all = (heights: readonly (number | undefined)[]): Position[] =>
  rowsFrom(sourceOf(heights), { line: 0, row: 0 }, 1000);

describe('the log window', () => {
  it('shows neighbouring rows, as many as fit or there are, wherever its top is', () => {
    fc.assert(
      fc.property(lines, height, fc.nat(35), fc.nat(4), (heights, rows, line, row) => {
        const shown = windowRows(sourceOf(heights), { line, row }, heights.length, rows);
        const every = all(heights);
        expect(shown.length).toBe(Math.min(rows, every.length));
        const start = every.findIndex((each) => each.line === shown[0]?.line && each.row === shown[0]?.row);
        expect(shown).toEqual(every.slice(Math.max(0, start), Math.max(0, start) + rows));
      }),
    );
  });

  it('shows the end while it follows', () => {
    fc.assert(
      fc.property(lines, height, (heights, rows) => {
        expect(windowRows(sourceOf(heights), undefined, heights.length, rows)).toEqual(all(heights).slice(-rows));
      }),
    );
  });

  it('scrolls by exactly so many rows, stops at the start, and follows again at the end', () => {
    fc.assert(
      fc.property(lines, height, fc.nat(100), fc.integer({ min: -12, max: 12 }), (heights, rows, start, delta) => {
        const source = sourceOf(heights);
        const every = all(heights);
        const last = Math.max(0, every.length - rows);
        const from = Math.min(start, last);
        const shown = every.slice(from, from + rows);
        const top = scroll(source, shown, delta, rows);
        const wanted = Math.max(0, from + delta);
        const isEnd = every.length === 0 || (delta >= 0 && wanted >= last);
        expect(top).toEqual(isEnd ? undefined : every[wanted]);
      }),
    );
  });

  it('brings a line that is jumped to onto the screen', () => {
    fc.assert(
      fc.property(lines, height, fc.nat(29), (heights, rows, line) => {
        fc.pre(heights[line] !== undefined);
        const source = sourceOf(heights.map((each) => each && 1));
        const shown = windowRows(source, topFor(source, line, rows), heights.length, rows);
        expect(shown.map((row) => row.line)).toContain(line);
      }),
    );
  });
});

describe('listStart', () => {
  it('keeps the cursor on the screen and shows no emptiness', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), height, (count, at, rows) => {
        fc.pre(at < count);
        const start = listStart(count, at, rows);
        expect(start).toBeGreaterThanOrEqual(0);
        expect(at).toBeGreaterThanOrEqual(start);
        expect(at).toBeLessThan(start + rows);
        expect(start).toBeLessThanOrEqual(Math.max(0, count - rows));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFold } from '../../../source/cli/output/fold.ts';

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `line ${from + index}`);
const piece = (at: number, lines: string[], open = '') => ({ at, stream: 'stdout', lines, open }) as const;
const linesOf = (pieces: readonly { readonly lines: readonly string[] }[]) => pieces.flatMap(({ lines }) => lines);

describe('the fold', () => {
  it('shows the beginning and the end of a flood, and how much is between', () => {
    const fold = createFold();
    const first = [fold.add(piece(1000, numbered(0, 150))), fold.add(piece(1001, numbered(150, 3000)))].flat();
    expect(linesOf(first)).toEqual(numbered(0, 200));
    expect(fold.folded).toBe(2800);
    expect(linesOf(fold.flush())).toEqual(['… 2,795 more lines (--verbose shows them)', ...numbered(2995, 3000)]);
    expect(fold.flush()).toEqual([]);
  });

  it('shows what comes as slowly as people read, however much it is', () => {
    const fold = createFold();
    for (let at = 0; at < 5000; at++) expect(linesOf(fold.add(piece(at * 10, [`line ${at}`])))).toEqual([`line ${at}`]);
    expect(fold.flush()).toEqual([]);
  });

  it('shows what comes after a flood, behind the flood’s end', () => {
    const fold = createFold();
    fold.add(piece(0, numbered(0, 1000)));
    expect(linesOf(fold.add(piece(499, ['part of it'])))).toEqual([]);
    expect(linesOf(fold.add(piece(1000, ['after it'])))).toEqual([
      '… 796 more lines (--verbose shows them)',
      ...numbered(996, 1000),
      'part of it',
      'after it',
    ]);
  });

  it('has nothing to say of so few lines that they are its end', () => {
    const fold = createFold();
    expect(linesOf([...fold.add(piece(0, numbered(0, 205))), ...fold.flush()])).toEqual(numbered(0, 205));
  });

  it('keeps the order and counts each line once, and shows an unfinished line at the end', () => {
    const pieces = fc.array(fc.tuple(fc.nat(1200), fc.nat(400)), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, (steps) => {
        const fold = createFold();
        let [at, count] = [0, 0];
        const shown = [];
        for (const [wait, lines] of steps) {
          at += wait;
          shown.push(...fold.add(piece(at, numbered(count, count + lines), 'not finished')));
          count += lines;
        }
        shown.push(...fold.flush());
        let next = 0;
        for (const line of linesOf(shown)) {
          const hidden = /^… ([\d,]+) more/.exec(line)?.[1];
          if (hidden === undefined) expect(line).toBe(`line ${next}`);
          next += hidden === undefined ? 1 : Number(hidden.replaceAll(',', ''));
        }
        expect(next).toBe(count);
        if (steps.length > 0) expect(shown.at(-1)?.open).toBe('not finished');
      }),
    );
  });
});

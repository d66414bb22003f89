import { describe, expect, it } from 'vitest';
import { LastLines } from '../../../source/build/output/last-lines.ts';
import { piecesOf } from '../../support/pieces.ts';

function lastOf(texts: readonly string[], limit?: number): readonly string[] {
  const last = new LastLines(limit);
  const next = piecesOf();
  for (const text of texts) last.add(next(text));
  return last.lines;
}

describe('LastLines', () => {
  it('keeps the last lines, oldest first, however they arrive', () => {
    expect(lastOf(['one\ntw', 'o\nthree\n', 'four\n'], 3)).toEqual(['two', 'three', 'four']);
  });

  it('counts an unfinished line', () => {
    expect(lastOf(['one\ntwo\nthr'], 2)).toEqual(['two', 'thr']);
  });

  it('leaves out empty lines at the end', () => {
    expect(lastOf(['error: no such thing\n\n  \n'])).toEqual(['error: no such thing']);
  });

  it('stays small whatever one line grows to', () => {
    expect(lastOf(Array.from({ length: 50 }, () => 'x'.repeat(1000))).join('').length).toBeLessThanOrEqual(4096);
  });
});

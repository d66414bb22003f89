import { describe, expect, it } from 'vitest';
import { LastLines } from '../../source/build/last-lines.ts';

describe('LastLines', () => {
  it('keeps the last lines, oldest first, however they arrive', () => {
    const last = new LastLines(3);
    for (const text of ['one\ntw', 'o\nthree\n', 'four\n']) last.add(text);
    expect(last.lines).toEqual(['two', 'three', 'four']);
  });

  it('counts an unfinished line', () => {
    const last = new LastLines(2);
    last.add('one\ntwo\nthr');
    expect(last.lines).toEqual(['two', 'thr']);
  });

  it('leaves out empty lines at the end', () => {
    const last = new LastLines();
    last.add('error: no such thing\n\n  \n');
    expect(last.lines).toEqual(['error: no such thing']);
  });

  it('stays small whatever one line grows to', () => {
    const last = new LastLines();
    for (let count = 0; count < 1000; count++) last.add('x'.repeat(1000));
    expect(last.lines.join('').length).toBeLessThanOrEqual(4096);
  });
});

import type { Paint } from '../terminal/colours.ts';
import { clip, padEnd } from '../terminal/width.ts';
import { wrapAtWords } from '../terminal/wrap-words.ts';
import type { Verdict } from './compare.ts';
import { conclusion, excerpts, labelOf, mostRows, noiseLines, onOneLine } from './report.ts';

export interface Columns {
  readonly columns: number;
  readonly paint: Paint;
}

/** On a narrower terminal the columns would be too narrow to read in. */
export const narrowest = 60;

type Row = readonly [label: string, a: string, b: string];

/** For a terminal: both builders beside each other, first where they differ, then what was measured. */
export function sideBySide(verdict: Verdict, [a, b]: readonly [string, string], { columns, paint }: Columns): string[] {
  const { differences, ignored, noise, measures } = verdict;
  const different = differences.slice(0, mostRows).map(({ a, b, ...what }): Row => {
    const [textA, textB] = excerpts(onOneLine(a), onOneLine(b));
    return [labelOf(what), textA, textB];
  });
  const figures = measures.filter(({ isFar }) => !isFar).map(({ name, a, b }): Row => [name, a, b]);
  const widest = Math.max(0, ...[...different, ...figures].map(([text]) => text.length));
  const label = Math.min(widest, Math.floor(columns / 4));
  const value = Math.floor((columns - label - 4) / 2);
  const line = (cells: Row): string => {
    const [what, a, b] = cells;
    return `${padEnd(what, label)}  ${padEnd(a, value)}  ${b}`.trimEnd();
  };
  const lines = ([what, a, b]: Row): string[] => {
    const [inLabel, inA, inB] = [rowsOf(what, label), rowsOf(a, value), rowsOf(b, value)];
    const count = Math.max(inLabel.length, inA.length, inB.length);
    return Array.from({ length: count }, (_, at) => line([inLabel[at] ?? '', inA[at] ?? '', inB[at] ?? '']));
  };
  const rule = paint('dim', '─'.repeat(columns));
  const section = (rows: readonly string[]): string[] => (rows.length === 0 ? [] : [...rows, rule]);
  const more = differences.length - different.length;
  return [
    paint('bold', line(['', clip(`A  ${onOneLine(a)}`, value), clip(`B  ${onOneLine(b)}`, value)])),
    rule,
    ...section(different.flatMap(([what, a, b]) => lines([what, marked(a, b, paint), marked(b, a, paint)]))),
    ...(more === 0 ? [] : [`${more} more: --json has all of them`, rule]),
    ...section(figures.flatMap(lines)),
    ...noiseLines(noise),
    paint(differences.length === 0 ? 'green' : 'red', conclusion(differences.length, ignored)),
  ];
}

/** The text in rows, none of which colours what is beside it. */
function rowsOf(text: string, width: number): string[] {
  return wrapAtWords(text, width, 0).map((row) => (row.includes('\x1b') ? `${row}\x1b[0m` : row));
}

/** With what the other text doesn't have in colour: all between the start and the end that they share. */
function marked(text: string, other: string, paint: Paint): string {
  const most = Math.min(text.length, other.length);
  let start = 0;
  while (start < most && text[start] === other[start]) start += 1;
  let end = 0;
  while (end < most - start && text.at(-1 - end) === other.at(-1 - end)) end += 1;
  const until = text.length - end;
  const own = text.slice(start, until);
  return own === '' ? text : text.slice(0, start) + paint('yellow', own) + text.slice(until);
}

import { sanitize } from '../terminal/sanitize.ts';
import type { Verdict } from './compare.ts';
import type { Thing } from './facts.ts';
import { formatRule } from './request.ts';

/** More rows than these are in the JSON only. */
export const mostRows = 60;
/** What has more characters takes lines of its own. */
const widest = { label: 44, value: 40 };
const longest = 240;

/** For people: a row each difference, what was measured, and what it comes to. */
export function reportLines(
  { differences, ignored, noise, measures }: Verdict,
  builders: readonly [string, string],
): string[] {
  const shown = differences
    .slice(0, mostRows)
    .map(({ a, b, ...what }): Row => [labelOf(what), onOneLine(a), onOneLine(b)]);
  const more = differences.length - shown.length;
  const figures = measures.filter(({ isFar }) => !isFar).map(({ name, a, b }): Row => [name, a, b]);
  const [a, b] = builders;
  return [
    `A  ${a}`,
    `B  ${b}`,
    '',
    ...(shown.length === 0 ? [] : [...table(['difference', 'A', 'B'], shown), '']),
    ...(more === 0 ? [] : [`${more} more: --json has all of them`, '']),
    ...(figures.length === 0 ? [] : [...table(['measured', 'A', 'B'], figures), '']),
    ...noiseLines(noise),
    conclusion(differences.length, ignored),
  ];
}

export function noiseLines(noise: Verdict['noise']): string[] {
  return noise.slice(0, mostRows).map((what) => `not compared, as it differs from run to run: ${labelOf(what)}`);
}

export function conclusion(count: number, ignored: number): string {
  const others = ignored === 0 ? '' : ` (${ignored} ignored)`;
  if (count === 0) return `no difference that a user can see${others}`;
  return `${count} ${count === 1 ? 'difference' : 'differences'} that a user can see${others}`;
}

/** For programs: one document. */
export function reportJson(verdict: Verdict, builders: readonly [string, string]): string {
  const [a, b] = builders;
  const document = { a, b, same: verdict.differences.length === 0, ...verdict };
  return JSON.stringify(document, (_key, value: unknown) => (typeof value === 'string' ? sanitize(value) : value));
}

/** What differs, as a rule would name it: `header:server (GET /)`. */
export function labelOf({ kind, name, detail }: Thing): string {
  const rule = formatRule({ kind, pattern: name === '' ? undefined : name });
  return onOneLine(detail === '' ? rule : `${rule} (${detail})`);
}

/** Names and values are whatever an image has. */
export function onOneLine(text: string): string {
  return sanitize(text).replace(/[\n\t]/g, ' ');
}

type Row = readonly [label: string, a: string, b: string];

function table(head: Row, rows: readonly Row[]): string[] {
  const inColumns = rows.filter(fits);
  const widthOf = (column: 0 | 1) => Math.max(...[head, ...inColumns].map((row) => row[column].length));
  const [label, value] = [widthOf(0), widthOf(1)];
  const line = ([what, a, b]: Row) => `${what.padEnd(label)}  ${a.padEnd(value)}  ${b}`;
  return [
    inColumns.length === 0 ? head[0] : line(head),
    ...rows.flatMap((row) => {
      if (fits(row)) return [line(row)];
      const [a, b] = excerpts(row[1], row[2]);
      return [row[0], `  A  ${a}`, `  B  ${b}`];
    }),
  ];
}

function fits([label, a, b]: Row): boolean {
  return label.length <= widest.label && Math.max(a.length, b.length) <= widest.value;
}

/** Both texts from a little before the place on at which they part. */
export function excerpts(a: string, b: string): [string, string] {
  if (Math.max(a.length, b.length) <= longest) return [a, b];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  const from = same > longest / 2 ? same - longest / 4 : 0;
  return [clip(a, from), clip(b, from)];
}

function clip(text: string, from: number): string {
  const part = from === 0 ? text : `…${text.slice(from)}`;
  return part.length > longest ? `${part.slice(0, longest - 1)}…` : part;
}

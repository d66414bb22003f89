import { isDeepStrictEqual } from 'node:util';

/** Of lines it counts which there are and how often, before their order does. */
export type Value = string | readonly string[];

/** `noise`: looks at one side differ as well, so that nothing tells the sides apart. Else what each side has, in words. */
export type Judgement = 'same' | 'noise' | { readonly a: string; readonly b: string };

/** @param a what each look at that side has shown; undefined: nothing */
export function judge(a: readonly (Value | undefined)[], b: readonly (Value | undefined)[]): Judgement {
  const isText = (value: Value | undefined) => value === undefined || typeof value === 'string';
  const [linesA, linesB] = [a.map(asLines), b.map(asLines)];
  if (isSteady([...linesA, ...linesB])) return 'same';
  if (![...a, ...b].every(isText)) return judgeLines(linesA, linesB);
  return judgeTexts(linesA.flatMap(orNone), linesB.flatMap(orNone));
}

/** What a side has that has nothing. */
export const none = 'none';

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [none] : lines;
}

function asLines(value: Value | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function isSteady(values: readonly unknown[]): boolean {
  return values.every((value) => isDeepStrictEqual(value, values[0]));
}

/** Where one side is always the same, it is a difference that the other never is. */
function judgeTexts(a: readonly string[], b: readonly string[]): Judgement {
  if (a.some((text) => b.includes(text)) || !(isSteady(a) || isSteady(b))) return 'noise';
  return { a: inWords(a), b: inWords(b) };
}

function inWords(texts: readonly string[]): string {
  const [first = none, ...others] = [...new Set(texts)];
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

type Lines = readonly string[];

function judgeLines(a: readonly Lines[], b: readonly Lines[]): Judgement {
  const extra = { a: extraLines(a, b), b: extraLines(b, a) };
  if (extra.a.length + extra.b.length > 0) return { a: inWords(extra.a), b: inWords(extra.b) };
  const [lengthA, lengthB] = [steadyLength(a), steadyLength(b)];
  if (lengthA !== undefined && lengthB !== undefined && lengthA !== lengthB)
    return { a: countInWords(lengthA), b: countInWords(lengthB) };
  if (!isSteady(a) || !isSteady(b)) return 'noise';
  const [inA = [], inB = []] = [a[0], b[0]];
  const at = inA.findIndex((line, index) => line !== inB[index]);
  return { a: `in another order: ${inA[at]}`, b: `in another order: ${inB[at]}` };
}

/** Where the lines themselves are other ones each time. */
function steadyLength(looks: readonly Lines[]): number | undefined {
  return isSteady(looks.map(({ length }) => length)) ? looks[0]?.length : undefined;
}

function countInWords(lines: number): string {
  return `${lines} ${lines === 1 ? 'line' : 'lines'}`;
}

/** The lines that each look at a side has as often as all its others, and more often than each at the other side. */
function extraLines(own: readonly Lines[], others: readonly Lines[]): Lines {
  const [inOwn, inOthers] = [own.map(countLines), others.map(countLines)];
  const steady = (looks: readonly ReadonlyMap<string, number>[], line: string): number | undefined => {
    const counts = looks.map((lines) => lines.get(line) ?? 0);
    return isSteady(counts) ? counts[0] : undefined;
  };
  return [...new Set(own.flat())].filter(
    (line) => (steady(inOwn, line) ?? 0) > (steady(inOthers, line) ?? Number.POSITIVE_INFINITY),
  );
}

function countLines(lines: Lines): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

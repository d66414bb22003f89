import { redactEnv } from '../protocol/redact.ts';
import { factsOf, type Known, type Look, type Thing } from './facts.ts';
import { isIgnored } from './ignore.ts';
import { judge, none, type Value } from './judge.ts';
import { type Measure, measuresOf } from './measures.ts';
import type { Observation } from './observation.ts';
import type { IgnoreRule } from './request.ts';

interface Difference extends Thing {
  /** What each side has, in words; of lines that only one has, the first. */
  readonly a: string;
  readonly b: string;
}

export interface Verdict {
  /** What a user can see and that isn't ignored. */
  readonly differences: readonly Difference[];
  /** How many differences a rule took out. */
  readonly ignored: number;
  /** What differs between runs of the same side, so that it can't tell the sides apart. */
  readonly noise: readonly Thing[];
  readonly measures: readonly Measure[];
}

/** Where two observations differ, and what of that counts. */
export function compare(a: Observation, b: Observation, rules: readonly IgnoreRule[] = []): Verdict {
  const isKnown = (name: keyof Known) =>
    [a, b].every(({ runs }) => runs.every(({ live }) => live?.process[name] !== undefined));
  const known = { user: isKnown('user'), env: isKnown('env') };
  const [ofA, ofB] = [factsOf(a, b, known), factsOf(b, a, known)];
  const sightings = [
    ...sight(ofA.image, ofB.image),
    ...sight(ofA.starts, ofB.starts),
    ...sight(ofA.ends, ofB.ends),
    ...sight(ofA.live, ofB.live),
  ];
  const counts = ({ kind, name }: Thing) => !isIgnored(kind, name, rules);
  const noise: Thing[] = [];
  const all: Difference[] = [];
  for (const { thing, looksA, looksB } of sightings) {
    const judgement = judge(looksA, looksB);
    if (judgement === 'noise') noise.push(thing);
    else if (judgement !== 'same') all.push(hideSecret({ ...thing, ...judgement }));
  }
  const measures = measuresOf(a, b);
  for (const { kind, name, a, b, isFar } of measures) if (isFar) all.push({ kind, name: '', detail: name, a, b });
  const differences = all.filter(counts);
  return { differences, ignored: all.length - differences.length, noise: noise.filter(counts), measures };
}

/** What each side has of one thing, once for each time that it was looked at. */
interface Sighting {
  readonly thing: Thing;
  readonly looksA: readonly (Value | undefined)[];
  readonly looksB: readonly (Value | undefined)[];
}

/** What a side that never came so far doesn't show is no news. */
function sight(a: readonly Look[], b: readonly Look[]): Sighting[] {
  if (a.length === 0 || b.length === 0) return [];
  const keyed = (facts: Look) => new Map(facts.map((fact) => [keyOf(fact), fact]));
  const [looksA, looksB] = [a.map(keyed), b.map(keyed)];
  const facts = new Map([...looksA, ...looksB].flatMap((look) => [...look]));
  return [...facts].map(([key, { value: _, ...thing }]) => ({
    thing,
    looksA: looksA.map((look) => look.get(key)?.value),
    looksB: looksB.map((look) => look.get(key)?.value),
  }));
}

function keyOf({ kind, name, detail }: Thing): string {
  return JSON.stringify([kind, name, detail]);
}

function hideSecret(difference: Difference): Difference {
  const { kind, name, a, b } = difference;
  if (kind !== 'env') return difference;
  const hide = (value: string) => (value === none ? none : redactEnv(name, value));
  return { ...difference, a: hide(a), b: hide(b) };
}

import { cpus, loadavg } from 'node:os';

/** A measurement: samples, what they are compared with run by run, and how much they may be. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly samples: readonly number[];
  readonly compared?: { readonly to: string; readonly by: 'ratio' | 'difference'; readonly median: number };
  readonly atMost?: number;
  readonly met?: boolean;
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

type Other = readonly [name: string, samples: readonly number[]];

export interface RowOptions {
  readonly ratioTo?: Other;
  readonly over?: Other;
  readonly atMost?: number;
  /** Milliseconds when absent. */
  readonly unit?: string;
}

export function row(name: string, samples: readonly number[], options: RowOptions = {}): Row {
  const { ratioTo, over, atMost, unit = 'ms' } = options;
  const [to, others] = ratioTo ?? over ?? [];
  const by = ratioTo ? 'ratio' : 'difference';
  const compare = (value: number, other = Number.NaN) => (ratioTo ? value / other : value - other);
  const middle = median(samples);
  const compared =
    to && ({ to, by, median: median(samples.map((value, index) => compare(value, others?.[index]))) } as const);
  const met = atMost === undefined ? {} : { atMost, met: ((compared || undefined)?.median ?? middle) <= atMost };
  return { name, unit, median: middle, samples, ...(compared && { compared }), ...met };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Each in turn, so that what the machine does besides falls on all of them alike. The first round only warms up. */
export async function interleave<Name extends string, Sample>(
  contestants: Readonly<Record<Name, () => Promise<Sample>>>,
  { runs, signal }: { readonly runs: number; readonly signal: AbortSignal },
): Promise<Record<Name, Sample[]>> {
  const taken = new Map<string, Sample[]>();
  for (let round = -1; round < runs; round += 1) {
    for (const [name, run] of Object.entries<() => Promise<Sample>>(contestants)) {
      signal.throwIfAborted();
      const sample = await run();
      taken.set(name, [...(taken.get(name) ?? []), ...(round < 0 ? [] : [sample])]);
    }
  }
  const samples = Object.fromEntries(taken);
  return samples as Record<Name, Sample[]>;
}

export function describeMachine(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim()} · node ${process.versions.node}`;
}

export function loadAverage(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

export function formatSection({ title, rows }: Section): string {
  return ['', title, ...rows.map(formatRow)].join('\n');
}

function formatRow({ name, unit, median: middle, compared, atMost, met }: Row): string {
  const sign = compared?.by === 'ratio' ? '× ' : compared ? '+ ' : '';
  const unitOf = compared?.by === 'ratio' ? '' : ` ${unit}`;
  const versus = compared
    ? `${sign}${compared.median.toFixed(compared.by === 'ratio' ? 2 : 0)}${unitOf} ${compared.to}`
    : '';
  const verdict = atMost === undefined ? '' : `target ≤ ${sign}${atMost}${unitOf}: ${met ? 'met' : 'missed'}`;
  const figure = middle.toFixed((unit === 'MB' || unit === 'ms') && middle < 10 ? 1 : 0);
  return `  ${name.padEnd(60)} ${figure.padStart(6)} ${unit}  ${versus.padEnd(18)}  ${verdict}`.trimEnd();
}

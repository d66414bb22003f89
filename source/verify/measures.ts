import { formatDuration } from '../terminal/duration.ts';
import { formatBytes } from '../terminal/units.ts';
import type { Observation } from './observation.ts';
import type { Kind } from './request.ts';

/** A figure of each side, which no two runs have the same. */
export interface Measure {
  readonly kind: Extract<Kind, 'start' | 'stop' | 'size'>;
  /** `start-up`, `size of the image` */
  readonly name: string;
  /** The middle one of all runs, in words. */
  readonly a: string;
  readonly b: string;
  /** It differs so much that a user would notice. */
  readonly isFar: boolean;
}

/** A figure is another one when even the nearest two are this many times apart, and by this much. */
const factor = 3;
const leastMs = 2_000;
const leastBytes = 10_000_000;

export function measuresOf(a: Observation, b: Observation): Measure[] {
  const starts = ({ runs }: Observation) => runs.filter(({ start }) => start.how === 'ready').map((run) => run.startMs);
  const stops = ({ runs }: Observation) =>
    runs.filter(({ end }) => end.how === 'by its stop signal').map(({ end }) => end.ms);
  const bytes = (size: (of: Observation) => number) => ({
    of: (side: Observation) => [size(side)],
    words: formatBytes,
  });
  const times = (of: (side: Observation) => number[]) => ({ of, words: (ms: number) => formatDuration(ms, 2) });
  const measure = (
    kind: Measure['kind'],
    name: string,
    { of, words }: { of: (side: Observation) => number[]; words: (value: number) => string },
    least: number,
  ): Measure[] => {
    const [ofA, ofB] = [of(a), of(b)];
    if (ofA.length === 0 || ofB.length === 0) return [];
    return [{ kind, name, a: words(middle(ofA)), b: words(middle(ofB)), isFar: areFar(ofA, ofB, least) }];
  };
  return [
    ...measure('start', 'start-up', times(starts), leastMs),
    ...measure('stop', 'time to stop', times(stops), leastMs),
    ...measure(
      'size',
      'what the build adds',
      bytes(({ image }) => image.addedBytes),
      leastBytes,
    ),
    // That of the base says nothing of the application.
    ...measure(
      'size',
      'whole image',
      bytes(({ image }) => image.size),
      Number.POSITIVE_INFINITY,
    ),
  ];
}

/** Whether all of one are far above all of the other. */
export function areFar(a: readonly number[], b: readonly number[], least: number): boolean {
  const above = (high: readonly number[], low: readonly number[]) => {
    const [least1, most] = [Math.min(...high), Math.max(...low)];
    return least1 - most > least && least1 > factor * most;
  };
  return above(a, b) || above(b, a);
}

function middle(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[values.length >> 1] ?? 0;
}

import type { Recording, Shown } from './recording.ts';
import { type Ground, inWindow, rowParts } from './svg.ts';

/** The end stays for a moment before it begins anew; seconds. */
const rest = 3;

/** From when to when something is there; seconds. */
interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * The recording as a picture that moves, over and over. Only what changes in a row is drawn anew, so a minute of a dashboard
 * is no larger than a photograph. What shows no animations has the end.
 */
export function animate(
  { rows, seconds }: Recording,
  size: readonly [columns: number, rows: number],
  look: { readonly title: string; readonly ground: Ground },
): string {
  const together = new Map<string, { readonly interval: Interval; readonly parts: string[] }>();
  for (let row = 0; row < size[1]; row++) {
    const versions = rows.filter((shown) => shown.row === row);
    for (const [part, interval] of partsOf(versions, look.ground)) {
      const key = `${interval.from} ${interval.to}`;
      const group = together.get(key) ?? { interval, parts: [] };
      group.parts.push(part);
      together.set(key, group);
    }
  }
  const groups = [...together.values()].map(({ interval, parts }) => {
    const hidden = interval.to < seconds ? ' visibility="hidden"' : '';
    return `<g${hidden}>${parts.join('')}${timing(interval, seconds)}</g>`;
  });
  return inWindow(size, look, groups);
}

/** What is drawn for a row, one version after the other: what two versions have both goes on. */
function partsOf(versions: readonly Shown[], ground: Ground): (readonly [string, Interval])[] {
  const done: [string, Interval][] = [];
  const open = new Map<string, number>();
  for (const { cells, row, from, to } of versions.toSorted((a, b) => a.from - b.from)) {
    const parts = new Set(rowParts(cells, row, ground));
    for (const [part, since] of open) {
      if (parts.has(part)) continue;
      done.push([part, { from: since, to: from }]);
      open.delete(part);
    }
    for (const part of parts) if (!open.has(part)) open.set(part, from);
    if (versions.every((other) => other.to <= to))
      for (const [part, since] of open) done.push([part, { from: since, to }]);
  }
  return done;
}

function timing({ from, to }: Interval, seconds: number): string {
  const whole = seconds + rest;
  const at = (time: number): string => String(Number((time / whole).toFixed(4)));
  const ends = to < seconds;
  const times = [...(from > 0 ? [0] : []), from, ...(ends ? [to] : [])].map(at).join(';');
  const values = [...(from > 0 ? ['hidden'] : []), 'visible', ...(ends ? ['hidden'] : [])].join(';');
  return `<animate attributeName="visibility" calcMode="discrete" dur="${whole.toFixed(1)}s" repeatCount="indefinite" values="${values}" keyTimes="${times}"/>`;
}

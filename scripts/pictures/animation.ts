import type { Recording, Shown } from './recording.ts';
import { type Ground, inWindow, rowParts } from './svg.ts';

/** The end stays for a moment before it begins anew; seconds. */
const rest = 3;

/**
 * The recording as a picture that moves, over and over: each row is there while the screen had it. Only what changed is
 * drawn anew, so a minute of a dashboard is no larger than a photograph.
 */
export function animate(
  { rows, seconds }: Recording,
  size: readonly [columns: number, rows: number],
  look: { readonly title: string; readonly ground: Ground },
): string {
  const whole = seconds + rest;
  const parts = rows
    .toSorted((a, b) => a.from - b.from)
    .flatMap((shown) => {
      const drawn = rowParts(shown.cells, shown.row, look.ground);
      return drawn.length === 0 ? [] : [`<g visibility="hidden">${drawn.join('')}${timing(shown, seconds, whole)}</g>`];
    });
  return inWindow(size, look, parts);
}

function timing({ from, to }: Shown, seconds: number, whole: number): string {
  const at = (time: number): string => (time / whole).toFixed(5);
  const ends = to < seconds;
  const times = [...(from > 0 ? [0] : []), from, ...(ends ? [to] : [])].map(at).join(';');
  const values = [...(from > 0 ? ['hidden'] : []), 'visible', ...(ends ? ['hidden'] : [])].join(';');
  return `<animate attributeName="visibility" calcMode="discrete" dur="${whole.toFixed(1)}s" repeatCount="indefinite" values="${values}" keyTimes="${times}"/>`;
}

import type { LogLine } from '../../source/dev/logs/log-line.ts';
import { clockTime, shortDuration } from '../../source/dev/state/select.ts';
import { padStart } from '../../source/terminal/width.ts';

/** What stands before a line: nothing, the time of day, or how long after its save it came. */
export const timesShown = ['off', 'clock', 'since'] as const;
export type TimesShown = (typeof timesShown)[number];

const columns: Readonly<Record<TimesShown, number>> = { off: 0, clock: 13, since: 10 };

/** Columns that it takes, the space behind it included. */
export function timeColumns(shown: TimesShown): number {
  return columns[shown];
}

export function timeOfLine({ at }: LogLine, row: number, shown: TimesShown, savedAt: number | undefined): string {
  if (shown === 'off') return '';
  const since = savedAt === undefined ? '' : `+${shortDuration(at - savedAt)}`;
  const clock = `${clockTime(at)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`;
  return `${padStart(row > 0 ? '' : shown === 'clock' ? clock : since, columns[shown] - 1)} `;
}

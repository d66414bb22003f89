import { servedTimes } from '../../source/dev/state/durations.ts';
import { currentBuild, describeStatus, shortDuration } from '../../source/dev/state/select.ts';
import type { DevState } from '../../source/dev/state/state.ts';
import { clip, columnsOf, harmless, padEnd, padStart } from '../../source/terminal/width.ts';
import { listStart } from '../model/viewport.ts';
import { band } from '../panes/band.ts';
import { timeOf } from '../panes/header.tsx';
import type { Size } from '../screen/layout.ts';
import { shortFailure } from '../steps/words.ts';
import { levelOf } from '../theme/bars.ts';
import { spinnerAt, type Theme } from '../theme/theme.ts';

export interface ListedApp {
  readonly name: string;
  readonly state: DevState;
}

/** A line for each application: its state, where it is served, its last build and what that took. */
export function listLines(
  apps: readonly ListedApp[],
  cursor: number,
  { columns, rows }: Size,
  theme: Theme,
  now: number,
): string[] {
  const { marks, paint } = theme;
  const cells = apps.map(({ name, state }) => {
    const { mood, words, url } = describeStatus(state, now);
    const build = currentBuild(state);
    return {
      mood,
      name: harmless(name),
      words: theme.words(harmless(shortFailure(words))),
      url: harmless(url ?? ''),
      build: build === undefined ? '' : `build ${build.number}`,
      time: build === undefined ? '' : shortDuration(timeOf(build, now)),
      trend: servedTimes(state, 8)
        .map((ms) => levelOf(ms, theme))
        .join(''),
    };
  });
  const widest = (of: (cell: (typeof cells)[number]) => string, limit: number): number =>
    Math.min(limit, Math.max(0, ...cells.map((cell) => columnsOf(of(cell)))));
  const names = widest(({ name }) => name, Math.floor(columns * 0.25));
  const urls = columns < 70 ? 0 : widest(({ url }) => url, 30);
  const builds = widest(({ build }) => build, 12);
  const times = widest(({ time }) => time, 9);
  const left = columns - names - urls - builds - times - 13;
  const trend = widest(({ trend }) => trend, 8);
  const trends = left - trend - 2 < widest(({ words }) => words, 24) ? 0 : trend;
  const room = Math.max(8, trends === 0 ? left : left - trends - 2);
  const start = listStart(apps.length, cursor, rows);
  return cells.slice(start, start + rows).map(({ mood, name, words, url, build, time, trend }, index) => {
    const mark = { good: marks.on, bad: marks.failed, busy: spinnerAt(marks, now), calm: marks.waiting }[mood];
    const style = ({ good: 'good', bad: 'bad', busy: 'busy', calm: 'faint' } as const)[mood];
    const who = ` ${paint(style, mark)} ${padEnd(clip(name, names, marks.more), names)}`;
    const isServed = url !== '' && urls > 0;
    // Where there is no address its columns are the words'.
    const columnsOfWords = isServed || urls === 0 ? room : room + urls + 2;
    const state = padEnd(clip(words, columnsOfWords, marks.more), columnsOfWords);
    const last = `${padStart(build, builds)}  ${padStart(time, times)}`;
    const end = trends === 0 ? last : `${last}  ${paint('bar', padStart(trend, trends))}`;
    const link = !isServed ? '' : `${padEnd(clip(url, urls, marks.more), urls)}  `;
    const line =
      url === '' && build === ''
        ? `${who}  ${paint(style, clip(words, columns - names - 5, marks.more))}`
        : `${who}  ${paint(style, state)}  ${paint('link', link)}${end}`;
    return start + index === cursor ? band(line, columns, theme) : line;
  });
}

/** The places of the applications in the list: failures first, else as they were named. */
export function listOrder(states: readonly DevState[]): number[] {
  const isBad = (index: number): boolean => {
    const state = states[index];
    return state !== undefined && describeStatus(state).mood === 'bad';
  };
  return states.map((_state, index) => index).toSorted((a, b) => Number(isBad(b)) - Number(isBad(a)) || a - b);
}

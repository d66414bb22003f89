import { currentBuild, describeStatus, shortDuration } from '../source/dev/state/select.ts';
import type { DevState } from '../source/dev/state/state.ts';
import { timeOf } from './header.tsx';
import type { Size } from './layout.ts';
import { shortFailure } from './step-words.ts';
import { inverse } from './steps-lines.ts';
import { clip, columnsOf, harmless, padEnd, padStart } from './text.ts';
import { spinnerAt, type Theme } from './theme.ts';
import { listStart } from './viewport.ts';

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
    const { mood, words, url } = describeStatus(state);
    const build = currentBuild(state);
    return {
      mood,
      name: harmless(name),
      words: theme.words(harmless(shortFailure(words))),
      url: harmless(url ?? ''),
      build: build === undefined ? '' : `build ${build.number}`,
      time: build === undefined ? '' : shortDuration(timeOf(build, now)),
    };
  });
  const widest = (of: (cell: (typeof cells)[number]) => string, limit: number): number =>
    Math.min(limit, Math.max(0, ...cells.map((cell) => columnsOf(of(cell)))));
  const names = widest(({ name }) => name, Math.floor(columns * 0.25));
  const urls = columns < 70 ? 0 : widest(({ url }) => url, 30);
  const builds = widest(({ build }) => build, 12);
  const times = widest(({ time }) => time, 9);
  const room = Math.max(8, columns - names - urls - builds - times - 12);
  const start = listStart(apps.length, cursor, rows);
  return cells.slice(start, start + rows).map(({ mood, name, words, url, build, time }, index) => {
    const mark = { good: marks.on, bad: marks.failed, busy: spinnerAt(marks, now), calm: marks.waiting }[mood];
    const style = ({ good: 'good', bad: 'bad', busy: 'busy', calm: 'faint' } as const)[mood];
    const state = padEnd(clip(words, room, marks.more), room);
    const end = `${padStart(build, builds)}  ${padStart(time, times)}`;
    const link = urls === 0 ? '' : `${padEnd(clip(url, urls, marks.more), urls)}  `;
    const line = `${paint(style, mark)} ${padEnd(clip(name, names, marks.more), names)}  ${paint(style, state)}  ${paint('link', link)}${end}`;
    return start + index === cursor ? inverse(line, columns, theme) : line;
  });
}

import { describeAge } from '../../source/dev/state/durations.ts';
import { clockTime, shortDuration } from '../../source/dev/state/select.ts';
import type { BuildState } from '../../source/dev/state/state.ts';
import { clip, clipMiddle, columnsOf, harmless, padEnd, padStart } from '../../source/terminal/width.ts';
import { timeOf } from '../panes/header.tsx';
import { levelOf } from '../theme/bars.ts';
import type { Role } from '../theme/palettes.ts';
import { spinnerAt, type Theme } from '../theme/theme.ts';

/** A row of the history: a build, and how many in a row before it were like it, itself included. */
export interface HistoryRow {
  readonly build: BuildState;
  readonly times: number;
}

/** So many builds alike, one after the other, are one row. */
const worthFolding = 3;
const ageColumns = 5;
/** Panes with fewer columns leave the spaces, and the ages, to the names. */
const [roomy, withAges] = [38, 33];

/** Newest first. The newest has a row of its own: it is the one that was just saved. */
export function historyRows(builds: readonly BuildState[]): HistoryRow[] {
  const rows: HistoryRow[] = [];
  const newest = builds.toReversed();
  for (let at = 0; at < newest.length; ) {
    const build = newest[at];
    if (build === undefined) break;
    let end = at + 1;
    while (at > 0 && end < newest.length && areAlike(build, newest[end])) end += 1;
    const times = end - at >= worthFolding ? end - at : 1;
    rows.push({ build, times });
    at += times;
  }
  return rows;
}

function areAlike(one: BuildState, other: BuildState | undefined): boolean {
  return other !== undefined && keyOf(one) === keyOf(other) && one.end !== 'running';
}

function keyOf({ end, failure, changed, changes, why }: BuildState): string {
  return JSON.stringify([end, failure?.message, changed, changes, changed === 0 ? why : '']);
}

export interface HistoryLook {
  /** Columns of the greatest number. */
  readonly width: number;
  readonly columns: number;
  readonly theme: Theme;
  readonly now: number;
  /** Somebody is there to see times pass; else they'd be wrong before long, and the clock is told. */
  readonly attended: boolean;
  readonly isMarked: boolean;
}

/** `42 ✔   42 ms ▂  src/app.js    now` */
export function historyLine({ build, times }: HistoryRow, look: HistoryLook): string {
  const { width, columns, theme, now, attended, isMarked } = look;
  const { marks, paint } = theme;
  const good = [marks.ok, 'good', shortDuration(timeOf(build, now))] as const;
  const looks: Readonly<Record<BuildState['end'], readonly [string, Role, string]>> = {
    running: [spinnerAt(marks, now), 'busy', shortDuration(timeOf(build, now))],
    served: good,
    built: good,
    failed: [marks.failed, 'bad', describeEnd(build)],
    superseded: [marks.skipped, 'faint', ''],
  };
  const [mark, style, time] = looks[build.end];
  const level = build.end === 'served' || build.end === 'built' ? levelOf(timeOf(build, now), theme) : ' ';
  const number = padStart(String(build.number), width);
  const space = columns < roomy ? 0 : 1;
  const start = `${isMarked ? marks.on : ' '}${number} ${paint(style, mark)} ${padStart(time, 6 + space)} ${paint('bar', level)}${' '.repeat(space)}`;
  const room = columns - columnsOf(start) - 1;
  const hasAge = columns >= withAges;
  const age = hasAge
    ? padStart(attended ? describeAge(now - build.at) : clockTime(build.at).slice(0, 5), ageColumns + 1)
    : '';
  const fold = times > 1 ? ` ${marks.times}${times}` : '';
  const what = room < 4 ? '' : describeChanges(build, room - columnsOf(age) - fold.length, marks.more);
  return `${start} ${padEnd(paint('faint', what) + fold, room - columnsOf(age))}${paint('faint', age)}`;
}

/** `exit 1`, or that it failed where no script did. */
function describeEnd({ failure }: BuildState): string {
  const code = /exit code (\d+)/.exec(failure?.message ?? '')?.[1];
  return code === undefined ? 'failed' : `exit ${code}`;
}

function describeChanges(build: BuildState, room: number, more: string): string {
  const [first] = build.changes;
  if (build.end === 'superseded') return clip(room < 10 ? 'skipped' : 'superseded', room, more);
  if (first === undefined) {
    const why = harmless(build.why);
    return clip(columnsOf(why) <= room ? why : why.replace(/^asked for, /, ''), room, more);
  }
  const rest = build.changed > 1 ? ` +${build.changed - 1}` : '';
  return nameOf(harmless(first), Math.max(1, room - rest.length), more) + rest;
}

/** The path, or the file's name where the folders have no room. */
function nameOf(path: string, room: number, more: string): string {
  return columnsOf(path) <= room ? path : clipMiddle(path.replace(/^.*\/(?=[^/])/, ''), room, more);
}

import { comesAfterSave, servedTimes, timeBetween, usualTime } from '../../source/dev/state/durations.ts';
import { currentBuild, currentSteps } from '../../source/dev/state/select.ts';
import type { BuildState, DevState, StepState } from '../../source/dev/state/state.ts';
import type { FileHere } from '../log/files.ts';
import { listStart } from '../model/viewport.ts';
import { band } from '../panes/band.ts';
import { timeOf } from '../panes/header.tsx';
import type { Size } from '../screen/layout.ts';
import { levelOf } from '../theme/bars.ts';
import type { Theme } from '../theme/theme.ts';
import { historyLine, historyRows } from './history.ts';
import { betweenLine, stepLine } from './line.ts';
import { openedLines } from './opened.ts';

export interface StepsView {
  readonly state: DevState;
  readonly opened: BuildState | undefined;
  readonly cursor: BuildState | undefined;
  readonly marked: number | undefined;
  readonly focused: boolean;
  readonly attended: boolean;
  readonly size: Size;
  readonly theme: Theme;
  readonly now: number;
  readonly fileHere: FileHere;
}

/** The current steps and, below, the builds there were; or all about the opened build. */
export function stepsLines(view: StepsView): string[] {
  const { state, opened, size, theme } = view;
  const current = currentBuild(state);
  if (opened !== undefined) return openedLines(opened, stepRows(opened.steps, opened, view), size, theme, view);
  // The history begins in the same row whatever steps a build has, so that it doesn't jump with every save.
  const height = stepRoom(size.rows);
  const steps = stepRows(currentSteps(state), current, view).slice(-height);
  if (state.builds.length === 0) return steps;
  const room = size.rows - height - 1;
  if (room < 1) return steps;
  return [...steps, ...Array.from({ length: height - steps.length + 1 }, () => ''), ...history(view, room)];
}

function stepRows(steps: readonly StepState[], build: BuildState | undefined, view: StepsView): string[] {
  const { state, size, theme, now } = view;
  const whole = build === undefined ? 0 : timeOf(build, now);
  const between = build?.end === 'served' ? timeBetween(build) : 0;
  const rows = steps.map((step) => {
    const usual = usualTime(state, step.name, build?.number ?? 0);
    return stepLine({ step, whole, usual, isAfter: comesAfterSave(build, step) }, size.columns, theme, now);
  });
  const after = steps.filter((step) => comesAfterSave(build, step)).length;
  if (between === 0) return rows;
  const line = betweenLine(between, waitedFor(build, between, state), size.columns, theme);
  return rows.toSpliced(rows.length - after, 0, line);
}

/** What most of that time was waited for: the build before, or a turn; the shorter words last. */
function waitedFor(
  build: BuildState | undefined,
  between: number,
  { builds }: DevState,
): readonly string[] | undefined {
  if (build?.hadToWait) return ['waited for its turn', 'its turn', 'waited'];
  const before = builds.find(({ number }) => number === (build?.number ?? 0) - 1);
  if (build === undefined || before?.ms === undefined) return undefined;
  const isMost = 2 * (before.at + before.ms - build.at) > between;
  return isMost ? [`waited for build ${before.number}`, `waited for ${before.number}`, 'waited'] : undefined;
}

/** Rows for steps of a pane with so many: all that a usual build has, and at least half of the pane is the history's. */
function stepRoom(rows: number): number {
  return Math.max(1, Math.min(8, Math.ceil(rows / 2) - 1));
}

function history(view: StepsView, height: number): string[] {
  const { state, size, theme, now, focused, attended, marked } = view;
  const rows = historyRows(state.builds);
  const cursor = Math.max(
    0,
    rows.findIndex(({ build, times }) => isWithin(view.cursor?.number, build, times)),
  );
  const start = listStart(rows.length, focused ? cursor : 0, height);
  const width = String(currentBuild(state)?.number ?? 0).length;
  return rows.slice(start, start + height).map((row, index) => {
    const isMarked = row.build.number === marked;
    const line = historyLine(row, { width, columns: size.columns, theme, now, attended, isMarked });
    return focused && start + index === cursor ? band(line, size.columns, theme) : line;
  });
}

/** The build in a row of the pane, counted within its borders. */
export function buildAt(
  state: DevState,
  { rows, row, cursor }: { readonly rows: number; readonly row: number; readonly cursor: number | undefined },
): number | undefined {
  const first = stepRoom(rows) + 1;
  const builds = historyRows(state.builds);
  const at = Math.max(
    0,
    builds.findIndex(({ build, times }) => isWithin(cursor, build, times)),
  );
  return row < first ? undefined : builds[listStart(builds.length, at, rows - first) + row - first]?.build.number;
}

function isWithin(number: number | undefined, build: BuildState, times: number): boolean {
  return number !== undefined && number <= build.number && number > build.number - times;
}

/** `16 of 42 · ▂▂▇▂`: builds in the pane, and how long the last ones took. */
export function historyNote(state: DevState, rows: number, theme: Theme): string {
  const { builds } = state;
  if (builds.length === 0) return '';
  const total = builds.at(-1)?.number ?? 0;
  const all = historyRows(builds);
  const shown = all.slice(0, Math.max(0, rows - stepRoom(rows) - 1)).reduce((sum, { times }) => sum + times, 0);
  const times = servedTimes(state, 12);
  const trend = times.length < 2 ? '' : ` · ${times.map((ms) => levelOf(ms, theme)).join('')}`;
  return `${shown < total ? `${shown} of ${total}` : `${total} ${total === 1 ? 'build' : 'builds'}`}${trend}`;
}

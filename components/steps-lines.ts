import { currentBuild, currentSteps, shortDuration } from '../source/dev/state/select.ts';
import type { BuildState, DevState, StepState } from '../source/dev/state/state.ts';
import { timeOf } from './header.tsx';
import type { Size } from './layout.ts';
import { stepWords } from './step-words.ts';
import { clip, clipStart, columnsOf, harmless, padEnd, padStart, wrapWords } from './text.ts';
import { type Style, spinnerAt, type Theme } from './theme.ts';
import { listStart } from './viewport.ts';

/** `✔ assemble  exit 0        171 ms` */
export function stepLine(step: StepState, columns: number, theme: Theme, now: number): string {
  const { marks, paint } = theme;
  const mark = { ok: marks.ok, failed: marks.failed, running: spinnerAt(marks, now), waiting: marks.waiting }[
    step.status
  ];
  const style = { ok: 'good', failed: 'bad', running: 'busy', waiting: 'faint' } as const;
  const ms = step.status === 'running' ? now - step.startedAt : step.ms;
  const time = ms === undefined ? '' : shortDuration(ms);
  const name = padEnd(step.name, 9);
  const room = columns - 2 - columnsOf(name) - 1 - (time === '' ? 0 : columnsOf(time) + 1);
  const summary = room < 3 ? '' : clip(theme.words(stepWords(step, room)), room, marks.more);
  const middle = padEnd(paint('faint', summary), Math.max(0, room));
  return `${paint(style[step.status], mark)} ${name} ${middle}${time === '' ? '' : ` ${time}`}`;
}

/** `6 ✘ assemble exit 1  src/app.js +2` */
export function historyLine(build: BuildState, width: number, columns: number, theme: Theme, now: number): string {
  const { marks, paint } = theme;
  const looks: Readonly<Record<BuildState['end'], readonly [string, Style, string]>> = {
    running: [spinnerAt(marks, now), 'busy', shortDuration(timeOf(build, now))],
    served: [marks.ok, 'good', shortDuration(timeOf(build, now))],
    built: [marks.ok, 'good', shortDuration(timeOf(build, now))],
    failed: [marks.failed, 'bad', describeEnd(build)],
    superseded: [marks.skipped, 'faint', 'superseded'],
  };
  const [mark, style, time] = looks[build.end];
  const start = `${padStart(String(build.number), width)} ${mark} ${padEnd(time, 7)}`;
  const room = columns - columnsOf(start) - 2;
  const what = room < 4 ? '' : `  ${paint('faint', describeChanges(build, room, marks.more))}`;
  return start.replace(mark, paint(style, mark)) + what;
}

/** `assemble exit 1`, or that it failed where no script did. */
function describeEnd({ failure }: BuildState): string {
  const step = failure?.step ?? 'build';
  const code = /exit code (\d+)/.exec(failure?.message ?? '')?.[1];
  return code === undefined ? `${step} failed` : `${step} exit ${code}`;
}

function describeChanges(build: BuildState, room: number, more: string): string {
  const [first] = build.changes;
  if (first === undefined) return clip(harmless(build.why), room, more);
  const rest = build.changed > 1 ? ` +${build.changed - 1}` : '';
  return clipStart(harmless(first), Math.max(1, room - rest.length), more) + rest;
}

export interface StepsView {
  readonly state: DevState;
  readonly opened: BuildState | undefined;
  readonly cursor: BuildState | undefined;
  readonly focused: boolean;
  readonly size: Size;
  readonly theme: Theme;
  readonly now: number;
}

/** The current steps and, below, the builds there were; or all about the opened build. */
export function stepsLines(view: StepsView): string[] {
  const { state, opened, size, theme, now } = view;
  if (opened !== undefined) return openedLines(opened, view);
  const steps = currentSteps(state).map((step) => stepLine(step, size.columns, theme, now));
  const builds = state.builds.toReversed();
  // The history keeps two rows, however many steps there are; the last steps are the ones that tell.
  const shown = steps.slice(-Math.max(1, size.rows - Math.min(builds.length, 2) - 1));
  const gap = shown.length > 0 && builds.length > 0 ? [''] : [];
  const height = Math.max(0, size.rows - shown.length - gap.length);
  const cursor = builds.findIndex(({ number }) => number === view.cursor?.number);
  const start = listStart(builds.length, view.focused ? cursor : 0, height);
  const width = String(currentBuild(state)?.number ?? 0).length;
  const history = builds.slice(start, start + height).map((build, index) => {
    const line = historyLine(build, width, size.columns, theme, now);
    return view.focused && start + index === cursor ? inverse(line, size.columns, theme) : line;
  });
  return [...shown, ...gap, ...history];
}

/** Rows that the steps would like to have where panes are stacked. */
export function wantedRows(state: DevState): number {
  return currentSteps(state).length + 1 + Math.min(state.builds.length, 3);
}

function openedLines(build: BuildState, { size, theme, now }: StepsView): string[] {
  const { paint } = theme;
  const failure = build.failure;
  const block = (text: string): string[] => wrapWords(theme.words(harmless(text)), size.columns);
  const more = build.changed - build.changes.length;
  return [
    ...build.steps.map((step) => stepLine(step, size.columns, theme, now)),
    '',
    ...(failure === undefined
      ? []
      : [
          ...block(failure.message).map((line) => paint('bad', line)),
          ...block(failure.hint === undefined ? '' : `Try: ${failure.hint}`),
          '',
        ]),
    ...(build.path === undefined ? [] : block(build.path).map((line) => paint('faint', line))),
    ...(build.changed === 0 ? block(`why: ${build.why}`) : [`${build.changed} changed:`]),
    ...build.changes.map((path) => clipStart(`  ${harmless(path)}`, size.columns, theme.marks.more)),
    ...(more > 0 ? [`  +${more}`] : []),
  ].slice(0, size.rows);
}

/** The row under the cursor: inverse over its whole width, with the colours that it has. */
export function inverse(line: string, columns: number, { paint }: Theme): string {
  // Faint is hard to read on a bright ground, and a reset would end the inverse.
  const text = line.replaceAll('\x1b[2m', '').replaceAll('\x1b[0m', '\x1b[0;7m');
  return paint('hit', padEnd(text, columns));
}

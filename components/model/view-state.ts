import { type LogFilter, type LogSource, usualSources } from '../../source/dev/logs/log-line.ts';
import type { RequestRecord } from '../../source/dev/proxy/record.ts';
import { currentBuild, findBuild } from '../../source/dev/state/select.ts';
import type { BuildState, DevState } from '../../source/dev/state/state.ts';
import type { KindShown } from '../artifacts/image.ts';
import type { TimesShown } from '../log/times.ts';
import type { PaneName } from '../screen/layout.ts';
import type { Position } from './viewport.ts';

/** What of one application is looked at, and how. */
export interface ViewState {
  readonly focus: PaneName;
  readonly zoom: boolean;
  /** The number of the past build that is opened. */
  readonly opened: number | undefined;
  /** Columns that the steps have more than usual, and rows that the artifacts have. */
  readonly wider: number;
  readonly higher: number;
  /** The number of the build under the cursor; undefined: always the newest. */
  readonly cursor: number | undefined;
  /** The number of the build that others are compared with. */
  readonly marked: number | undefined;
  readonly log: LogView;
  /** The request under the cursor; undefined: always the newest. `opened`: all about it is shown. */
  readonly requests: { readonly cursor: RequestRecord | undefined; readonly opened: boolean };
  readonly tree: { readonly cursor: number; readonly open: ReadonlySet<string>; readonly kind: KindShown };
}

export interface LogView {
  readonly sources: readonly LogSource[];
  /** How much had gone wrong when the sources were chosen: what goes wrong later shows its own logs. */
  readonly chosenAt: number;
  /** The top row; undefined: the end is followed. It counts only while the same logs are shown. */
  readonly top: (Position & { readonly of: string }) | undefined;
  readonly wrap: boolean;
  readonly times: TimesShown;
  /** Whether long runs of like lines are one row. */
  readonly fold: boolean;
  /** The line that a search or `e` went to. */
  readonly line: number | undefined;
  /** What is searched for; undefined: nothing. */
  readonly query: string | undefined;
  /** What the lines that are shown have, or with a `!` before it have not; undefined: all are shown. */
  readonly only: string | undefined;
  /** Which of both is being typed. */
  readonly typing: 'query' | 'only' | undefined;
}

export const initialView: ViewState = {
  focus: 'logs',
  zoom: false,
  opened: undefined,
  wider: 0,
  higher: 0,
  cursor: undefined,
  marked: undefined,
  log: {
    sources: usualSources,
    chosenAt: 0,
    top: undefined,
    wrap: false,
    times: 'off',
    fold: true,
    line: undefined,
    query: undefined,
    only: undefined,
    typing: undefined,
  },
  requests: { cursor: undefined, opened: false },
  tree: { cursor: 0, open: new Set(), kind: 'all' },
};

/** Which lines the Logs pane shows: those chosen, those of the opened build, or those of what just went wrong. */
export function shownLogs(state: DevState, view: ViewState): LogFilter {
  const { sources, chosenAt } = view.log;
  if (view.opened !== undefined) return { sources, build: view.opened };
  if (chosenAt >= state.troubles) return { sources };
  const build = currentBuild(state);
  if (build?.end === 'failed') return { sources: failingSources(build), build: build.number };
  if (state.exited !== undefined && build?.end !== 'running')
    return { sources: ['app', 'build'], build: state.exited.cycle };
  return { sources };
}

function failingSources(build: BuildState): readonly LogSource[] {
  const step = build.failure?.step;
  if (step === 'assemble') return ['assemble', 'build'];
  return step === 'run' ? ['app', 'build'] : usualSources;
}

/** The name of what is shown, to tell whether a scrolled place still means the same. */
export function logsKey({ sources, build }: LogFilter): string {
  return `${sources.join(' ')} ${build ?? 'all'}`;
}

export function topOf(state: DevState, view: ViewState): Position | undefined {
  const { top } = view.log;
  return top?.of === logsKey(shownLogs(state, view)) ? top : undefined;
}

/** The build under the cursor of the history. */
export function cursorBuild(state: DevState, view: ViewState): BuildState | undefined {
  return findBuild(state, view.cursor) ?? currentBuild(state);
}

/** The request under the cursor. */
export function cursorRequest({ requests }: DevState, { requests: view }: ViewState): RequestRecord | undefined {
  return requests[requestIndex(requests, view.cursor)];
}

export function requestIndex(requests: readonly RequestRecord[], cursor: RequestRecord | undefined): number {
  const index = cursor === undefined ? -1 : requests.indexOf(cursor);
  return index < 0 ? requests.length - 1 : index;
}

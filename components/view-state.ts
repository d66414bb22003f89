import { type LogFilter, type LogSource, logSources } from '../source/dev/logs/log-line.ts';
import { currentBuild, findBuild } from '../source/dev/state/select.ts';
import type { BuildState, DevState } from '../source/dev/state/state.ts';
import type { PaneName } from './layout.ts';
import type { Position } from './viewport.ts';

/** What of one application is looked at, and how. */
export interface ViewState {
  readonly focus: PaneName;
  readonly zoom: boolean;
  /** The number of the past build that is opened. */
  readonly opened: number | undefined;
  /** The number of the build under the cursor; undefined: always the newest. */
  readonly cursor: number | undefined;
  readonly log: LogView;
  readonly tree: { readonly cursor: number; readonly open: ReadonlySet<string> };
}

export interface LogView {
  readonly sources: readonly LogSource[];
  /** The newest build when the sources were chosen: a build that fails later shows its own logs. */
  readonly chosenAt: number;
  /** The top row; undefined: the end is followed. It counts only while the same logs are shown. */
  readonly top: (Position & { readonly of: string }) | undefined;
  readonly wrap: boolean;
  readonly times: boolean;
  /** The line that a search or `e` went to. */
  readonly line: number | undefined;
  /** What is searched for; undefined: nothing. */
  readonly query: string | undefined;
  /** Whether the query is being typed. */
  readonly typing: boolean;
}

export const initialView: ViewState = {
  focus: 'logs',
  zoom: false,
  opened: undefined,
  cursor: undefined,
  log: {
    sources: logSources,
    chosenAt: 0,
    top: undefined,
    wrap: false,
    times: false,
    line: undefined,
    query: undefined,
    typing: false,
  },
  tree: { cursor: 0, open: new Set() },
};

/** The build whose failure the Logs pane shows by itself. */
function failureShown(state: DevState, view: ViewState): BuildState | undefined {
  const build = currentBuild(state);
  return view.opened === undefined && build?.end === 'failed' && view.log.chosenAt < build.number ? build : undefined;
}

/** Which lines the Logs pane shows: those chosen, those of the opened build, or those of the step that just failed. */
export function shownLogs(state: DevState, view: ViewState): LogFilter {
  const failed = failureShown(state, view);
  if (failed !== undefined) return { sources: failingSources(failed), build: failed.number };
  const { sources } = view.log;
  return view.opened === undefined ? { sources } : { sources, build: view.opened };
}

function failingSources(build: BuildState): readonly LogSource[] {
  const step = build.failure?.step;
  if (step === 'assemble') return ['assemble'];
  return step === 'run' ? ['app'] : logSources;
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

import type { LogFilter, LogReader } from '../source/dev/logs/log-line.ts';
import { findBuild } from '../source/dev/state/select.ts';
import type { DevState } from '../source/dev/state/state.ts';
import { artifactRows, type TreeRow } from './artifact-rows.ts';
import { type Layout, layOut, type PaneName, type Size } from './layout.ts';
import { logRows } from './log-rows.ts';
import { inside } from './pane.tsx';
import { wantedRows } from './steps-lines.ts';
import { shownLogs, topOf, type ViewState } from './view-state.ts';
import { type Position, type RowSource, windowRows } from './viewport.ts';

/** One application and how it's looked at. */
export interface Looked {
  readonly state: DevState;
  readonly log: LogReader;
  readonly view: ViewState;
}

/** What of an application is where on the screen: drawn as it is, and what keys that move something reckon with. */
export interface Arrangement {
  readonly layout: Layout;
  readonly filter: LogFilter;
  readonly rows: RowSource;
  /** The log's rows on the screen. */
  readonly shown: readonly Position[];
  readonly logSize: Size;
  readonly tree: readonly TreeRow[];
}

/** @param size what is left between header and footer */
export function arrange({ state, log, view }: Looked, size: Size): Arrangement {
  const tree = artifactRows(state, view.tree.open);
  const wanted = { artifacts: tree.length, steps: wantedRows(state) };
  const zoomed = view.zoom ? view.focus : undefined;
  const usual = layOut(size, { ...wanted, zoomed });
  // A pane that has no room beside the others has the screen for itself while it has the focus.
  const layout = usual.panes[view.focus] === undefined ? layOut(size, { ...wanted, zoomed: view.focus }) : usual;
  const logSize = inside(layout.panes.logs ?? size);
  const filter = shownLogs(state, view);
  const rows = logRows(log, filter, view.log, logSize.columns);
  const shown = windowRows(rows, topOf(state, view), log.end, logSize.rows);
  return { layout, filter, rows, shown, logSize, tree };
}

/** Panes in the order in which they're drawn. */
export function visiblePanes({ panes }: Layout): PaneName[] {
  return (['steps', 'logs', 'artifacts'] as const).filter((name) => panes[name] !== undefined);
}

export function openedBuild({ state, view }: Looked) {
  return findBuild(state, view.opened);
}

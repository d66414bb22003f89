import type { LogFilter, LogReader } from '../../source/dev/logs/log-line.ts';
import type { LogSearch } from '../../source/dev/logs/search.ts';
import { findBuild } from '../../source/dev/state/select.ts';
import type { DevState } from '../../source/dev/state/state.ts';
import type { TreeRow } from '../artifacts/row.ts';
import { artifactRows } from '../artifacts/rows.ts';
import type { FileHere } from '../log/files.ts';
import { type LogScene, logRows } from '../log/rows.ts';
import { shownLogs, topOf, type ViewState } from '../model/view-state.ts';
import { type Position, type RowSource, windowRows } from '../model/viewport.ts';
import { inside } from '../panes/pane.tsx';
import { troubleLines } from '../panes/trouble.ts';
import type { Theme } from '../theme/theme.ts';
import { type Layout, layOut, type PaneName, paneNames, type Size, type Wishes } from './layout.ts';

/** One application and how it's looked at. */
export interface Looked {
  readonly state: DevState;
  readonly log: LogReader;
  readonly view: ViewState;
  readonly fileHere: FileHere;
  /** Of the log's lines those that are shown; undefined: all. */
  readonly only: LogSearch | undefined;
}

/** What of an application is where on the screen: drawn as it is, and what keys that move something reckon with. */
export interface Arrangement {
  readonly layout: Layout;
  readonly filter: LogFilter;
  /** What failed, above the log. */
  readonly trouble: readonly string[];
  readonly scene: LogScene;
  readonly rows: RowSource;
  /** The log's rows on the screen. */
  readonly shown: readonly Position[];
  readonly logSize: Size;
  readonly tree: readonly TreeRow[];
}

/** @param size what is left between header and footer */
export function arrange({ state, log, view, fileHere, only }: Looked, size: Size, theme: Theme): Arrangement {
  const tree = artifactRows(state, view.tree.open, view.tree.kind);
  const { focus, wider, higher } = view;
  const wishes: Wishes = { focus, wider, higher, zoomed: view.zoom, opened: view.tree.open.size > 0 };
  const usual = layOut(size, wishes);
  // A pane that has no room beside the others has the screen for itself while it has the focus.
  const layout = usual.panes[focus] === undefined ? layOut(size, { ...wishes, zoomed: true }) : usual;
  const pane = inside(layout.panes.logs ?? size);
  const trouble = view.opened === undefined ? troubleLines(state, pane, theme, { fileHere, canOpen: true }) : [];
  const logSize = { ...pane, rows: pane.rows - trouble.length };
  const filter = shownLogs(state, view);
  const scene = { log, filter, view: view.log, only, columns: logSize.columns };
  const rows = logRows(scene);
  const shown = windowRows(rows, topOf(state, view), log.end, logSize.rows);
  return { layout, filter, trouble, scene, rows, shown, logSize, tree };
}

/** Panes in the order in which they're drawn. */
export function visiblePanes({ panes }: Layout): PaneName[] {
  return paneNames.filter((name) => panes[name] !== undefined);
}

export function openedBuild({ state, view }: Looked) {
  return findBuild(state, view.opened);
}

import type { LogSource } from '../../source/dev/logs/log-line.ts';
import { usualSources } from '../../source/dev/logs/log-line.ts';
import { kindsShown } from '../artifacts/image.ts';
import type { Command } from '../keys/commands.ts';
import { timesShown } from '../log/times.ts';
import type { Arrangement, Looked } from '../screen/arrange.ts';
import { paneNames } from '../screen/layout.ts';
import { historyRows } from '../steps/history.ts';
import { cursorBuild, type LogView, logsKey, requestIndex, type ViewState } from './view-state.ts';
import { type Position, scroll } from './viewport.ts';

/** What a command that only changes the view makes of it. */
export function changeView(looked: Looked, arrangement: Arrangement, command: Command): ViewState {
  const { view } = looked;
  const log = (change: Partial<LogView>): ViewState => ({ ...view, log: { ...view.log, ...change } });
  const sources = (chosen: readonly LogSource[]): ViewState => {
    const focus = view.focus === 'requests' ? 'logs' : view.focus;
    return { ...log({ sources: chosen, chosenAt: looked.state.troubles, top: undefined, line: undefined }), focus };
  };
  switch (command) {
    case 'next-pane':
    case 'previous-pane': {
      const panes = paneNames.filter((name) => name !== 'requests' || hasColumn(arrangement, view));
      const step = command === 'next-pane' ? 1 : panes.length - 1;
      const next = panes[(panes.indexOf(view.focus) + step) % panes.length];
      return { ...view, focus: next ?? 'logs' };
    }
    case 'zoom':
      return { ...view, zoom: !view.zoom };
    case 'back':
      return goBack(view);
    case 'enter':
      if (view.focus === 'requests') return { ...view, requests: { ...view.requests, opened: !view.requests.opened } };
      return { ...view, opened: cursorBuild(looked.state, view)?.number, log: { ...view.log, top: undefined } };
    case 'mark': {
      const number = cursorBuild(looked.state, view)?.number;
      return { ...view, marked: view.marked === number ? undefined : number };
    }
    case 'all-sources':
      return sources(usualSources);
    case 'only-assemble':
      return sources(['assemble', 'build']);
    case 'only-app':
      return sources(['app', 'build']);
    case 'only-sti':
      return sources(['sti', 'detail', 'build']);
    case 'requests':
      return { ...view, focus: 'requests' };
    case 'follow':
      return log({ top: undefined, line: undefined });
    case 'wrap':
      return log({ wrap: !view.log.wrap });
    case 'fold':
      return log({ fold: !view.log.fold });
    case 'times':
      return log({ times: timesShown[(timesShown.indexOf(view.log.times) + 1) % timesShown.length] ?? 'off' });
    case 'search':
      return { ...log({ typing: 'query', query: '', line: undefined }), focus: 'logs' };
    case 'filter':
      return { ...log({ typing: 'only', only: '', line: undefined, top: undefined }), focus: 'logs' };
    case 'smaller':
    case 'larger':
      return resized(view, command === 'larger' ? 1 : -1);
    case 'expand':
    case 'collapse':
      return { ...view, tree: changeTree(looked, arrangement, command) };
    case 'kind': {
      const { open, kind } = view.tree;
      const next = kindsShown[(kindsShown.indexOf(kind) + 1) % kindsShown.length] ?? 'all';
      // What is above it stays as it is.
      const cursor = arrangement.tree.findIndex(({ key }) => key === 'image');
      return { ...view, tree: { cursor, open: new Set([...open, 'image']), kind: next } };
    }
    default:
      return isMove(command) ? move(looked, arrangement, moves[command]) : view;
  }
}

/** The log's view with this row on top; undefined: at the end. */
export function logAt(arrangement: Arrangement, log: LogView, top: Position | undefined): LogView {
  return { ...log, top: top && { ...top, of: logsKey(arrangement.filter) } };
}

function hasColumn({ layout }: Arrangement, { focus }: ViewState): boolean {
  return focus === 'requests' || (layout.panes.logs !== undefined && layout.panes.requests !== undefined);
}

/** The artifacts grow upwards, the steps to the right, and what is beside them the other way. */
function resized(view: ViewState, direction: 1 | -1): ViewState {
  if (view.focus === 'artifacts') return { ...view, higher: view.higher + direction };
  return { ...view, wider: view.wider + 4 * (view.focus === 'steps' ? direction : -direction) };
}

function goBack(view: ViewState): ViewState {
  const { log, requests } = view;
  if (log.query !== undefined)
    return { ...view, log: { ...log, query: undefined, typing: undefined, line: undefined } };
  if (log.only !== undefined) return { ...view, log: { ...log, only: undefined, typing: undefined, line: undefined } };
  if (requests.opened) return { ...view, requests: { ...requests, opened: false } };
  // The cursor stays: going back leads to the same row.
  if (view.opened !== undefined) return { ...view, opened: undefined };
  if (view.zoom) return { ...view, zoom: false };
  return view.focus === 'requests' ? { ...view, focus: 'logs' } : view;
}

/** What a key makes of what is typed to search for, or to filter by. */
export function typed(log: LogView, key: string): LogView {
  const { typing } = log;
  if (typing === undefined) return log;
  const text = log[typing] ?? '';
  const set = (value: string | undefined, more: Partial<LogView> = {}): LogView => ({
    ...log,
    [typing]: value,
    ...more,
  });
  if (key === 'esc') return set(undefined, { typing: undefined });
  if (key === 'enter') return set(text === '' ? undefined : text, { typing: undefined });
  if (key === 'backspace') return set([...text].slice(0, -1).join(''));
  if (key === 'space') return set(`${text} `);
  return [...key].length === 1 ? set(text + key) : log;
}

/** Rows to go by; pages are of the pane's height. */
const moves = {
  up: { rows: -1, pages: 0 },
  down: { rows: 1, pages: 0 },
  'page-up': { rows: 1, pages: -1 },
  'page-down': { rows: -1, pages: 1 },
  first: { rows: Number.NEGATIVE_INFINITY, pages: 0 },
  last: { rows: Number.POSITIVE_INFINITY, pages: 0 },
} as const;
type Move = (typeof moves)[keyof typeof moves];

function isMove(command: Command): command is keyof typeof moves {
  return command in moves;
}

function move(looked: Looked, arrangement: Arrangement, { rows, pages }: Move): ViewState {
  const { view, state, log } = looked;
  if (view.focus === 'logs') {
    const height = arrangement.logSize.rows;
    const delta = rows + pages * height;
    if (delta === Number.POSITIVE_INFINITY) return { ...view, log: logAt(arrangement, view.log, undefined) };
    const first = { line: log.next(log.first, arrangement.filter) ?? log.first, row: 0 };
    const top = delta === Number.NEGATIVE_INFINITY ? first : scroll(arrangement.rows, arrangement.shown, delta, height);
    return { ...view, log: logAt(arrangement, view.log, top) };
  }
  if (view.focus === 'artifacts') {
    const cursor = moved(view.tree.cursor, rows + pages * 10, arrangement.tree.length);
    return { ...view, tree: { ...view.tree, cursor } };
  }
  if (view.focus === 'requests') {
    const { requests } = state;
    const index = moved(requestIndex(requests, view.requests.cursor), rows + pages * 10, requests.length);
    const cursor = index === requests.length - 1 ? undefined : requests[index];
    return { ...view, requests: { ...view.requests, cursor } };
  }
  const builds = historyRows(state.builds);
  const current = cursorBuild(state, view)?.number ?? 0;
  const at = builds.findIndex(({ build, times }) => current <= build.number && current > build.number - times);
  const index = moved(at, rows + pages * 10, builds.length);
  const number = builds[index]?.build.number;
  const opened = view.opened === undefined ? undefined : number;
  return { ...view, cursor: index === 0 ? undefined : number, opened };
}

function moved(index: number, delta: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index + delta));
}

function changeTree({ view }: Looked, { tree }: Arrangement, command: 'expand' | 'collapse'): ViewState['tree'] {
  const cursor = Math.min(view.tree.cursor, tree.length - 1);
  const row = tree[cursor];
  if (row === undefined) return view.tree;
  const open = new Set(view.tree.open);
  if (command === 'expand' && row.open === false) open.add(row.key);
  else if (command === 'collapse') open.delete(row.key);
  const isDone = command === 'expand' || row.open === true;
  if (isDone) return { ...view.tree, cursor, open };
  const parent = tree.slice(0, cursor).findLastIndex(({ depth }) => depth < row.depth);
  return { ...view.tree, cursor: parent < 0 ? cursor : parent };
}

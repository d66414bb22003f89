import type { LogSource } from '../source/dev/logs/log-line.ts';
import { logSources } from '../source/dev/logs/log-line.ts';
import { currentBuild } from '../source/dev/state/select.ts';
import type { Arrangement, Looked } from './arrange.ts';
import type { Command } from './commands.ts';
import { paneNames } from './layout.ts';
import { cursorBuild, type LogView, logsKey, type ViewState } from './view-state.ts';
import { type Position, scroll } from './viewport.ts';

/** What a command that only changes the view makes of it. */
export function changeView(looked: Looked, arrangement: Arrangement, command: Command): ViewState {
  const { view } = looked;
  const log = (change: Partial<LogView>): ViewState => ({ ...view, log: { ...view.log, ...change } });
  const sources = (chosen: readonly LogSource[]): ViewState => {
    const chosenAt = currentBuild(looked.state)?.number ?? 0;
    return log({ sources: chosen, chosenAt, top: undefined, line: undefined });
  };
  switch (command) {
    case 'next-pane':
    case 'previous-pane': {
      const step = command === 'next-pane' ? 1 : paneNames.length - 1;
      const next = paneNames[(paneNames.indexOf(view.focus) + step) % paneNames.length];
      return { ...view, focus: next ?? 'logs' };
    }
    case 'zoom':
      return { ...view, zoom: !view.zoom };
    case 'back':
      return goBack(view);
    case 'enter':
      return { ...view, opened: cursorBuild(looked.state, view)?.number, log: { ...view.log, top: undefined } };
    case 'all-sources':
      return sources(logSources);
    case 'only-assemble':
      return sources(['assemble']);
    case 'only-app':
      return sources(['app']);
    case 'only-sti':
      return sources(['sti']);
    case 'follow':
      return log({ top: undefined, line: undefined });
    case 'wrap':
      return log({ wrap: !view.log.wrap });
    case 'times':
      return log({ times: !view.log.times });
    case 'search':
      return { ...log({ typing: true, query: '', line: undefined }), focus: 'logs' };
    case 'expand':
    case 'collapse':
      return { ...view, tree: changeTree(looked, arrangement, command) };
    default:
      return isMove(command) ? move(looked, arrangement, moves[command]) : view;
  }
}

/** The log's view with this row on top; undefined: at the end. */
export function logAt(arrangement: Arrangement, log: LogView, top: Position | undefined): LogView {
  return { ...log, top: top && { ...top, of: logsKey(arrangement.filter) } };
}

function goBack(view: ViewState): ViewState {
  const { log } = view;
  if (log.query !== undefined) return { ...view, log: { ...log, query: undefined, typing: false, line: undefined } };
  if (view.opened !== undefined) return { ...view, opened: undefined, cursor: undefined };
  return { ...view, zoom: false };
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
  const builds = state.builds.toReversed();
  const at = builds.findIndex(({ number }) => number === cursorBuild(state, view)?.number);
  const index = moved(at, rows + pages * 10, builds.length);
  const number = builds[index]?.number;
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
  if (command === 'expand') return row.open === false ? { cursor, open: open.add(row.key) } : { cursor, open };
  if (row.open === true) {
    open.delete(row.key);
    return { cursor, open };
  }
  const parent = tree.slice(0, cursor).findLastIndex(({ depth }) => depth < row.depth);
  return { cursor: parent < 0 ? cursor : parent, open };
}

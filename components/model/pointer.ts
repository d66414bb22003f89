import { type Link, linkAt } from '../log/links.ts';
import { spanAt } from '../panes/footer.tsx';
import type { Arrangement, Looked } from '../screen/arrange.ts';
import type { Hit } from '../screen/canvas.ts';
import { type PaneName, paneNames } from '../screen/layout.ts';
import { buildAt } from '../steps/steps.ts';
import { changeView } from './change-view.ts';
import { cursorBuild, requestIndex, type ViewState } from './view-state.ts';
import { listStart } from './viewport.ts';

/** Rows by which a wheel scrolls. */
const notch = 3;

export function isPane(name: string): name is PaneName {
  return paneNames.some((pane) => pane === name);
}

/** What a click on a link opens. */
export function linkOf(hit: Hit, fileHere: Looked['fileHere']): Link['target'] | undefined {
  return linkAt(hit.text, hit.screenColumn, fileHere);
}

/** The key of the footer that was clicked. */
export function keyOf(hit: Hit): string | undefined {
  return hit.name === 'footer' ? spanAt(hit.text, hit.screenColumn) : undefined;
}

/** The view after a wheel turned over a pane: that pane scrolls, and the focus stays where it is. */
export function wheeled(looked: Looked, arrangement: Arrangement, pane: PaneName, up: boolean): ViewState {
  let view: ViewState = { ...looked.view, focus: pane };
  for (let step = 0; step < notch; step++) view = changeView({ ...looked, view }, arrangement, up ? 'up' : 'down');
  return { ...view, focus: looked.view.focus };
}

/** The view after a click into a pane: it has the focus, and the row its cursor; a row that had it is opened. */
export function clicked(looked: Looked, arrangement: Arrangement, pane: PaneName, row: number): ViewState {
  const { state, view } = looked;
  const focused = { ...view, focus: pane };
  const inner = row - 1;
  const height = (arrangement.layout.panes[pane]?.rows ?? 2) - 2;
  if (inner < 0 || inner >= height) return focused;
  const isSecond = view.focus === pane;
  const start = (count: number, cursor: number): number => listStart(count, isSecond ? cursor : 0, height);
  if (pane === 'artifacts') {
    const at = start(arrangement.tree.length, view.tree.cursor) + inner;
    const node = arrangement.tree[at];
    if (node === undefined) return focused;
    const chosen = { ...focused, tree: { ...view.tree, cursor: at } };
    if (at !== view.tree.cursor || !isSecond) return chosen;
    return changeView({ ...looked, view: chosen }, arrangement, node.open ? 'collapse' : 'expand');
  }
  if (pane === 'requests') {
    if (view.requests.opened) return focused;
    const { requests } = state;
    const now = requestIndex(requests, view.requests.cursor);
    const at = listStart(requests.length, isSecond ? now : requests.length - 1, height) + inner;
    if (requests[at] === undefined) return focused;
    const cursor = at === requests.length - 1 ? undefined : requests[at];
    return { ...focused, requests: { cursor, opened: isSecond && at === now } };
  }
  if (pane === 'steps' && view.opened === undefined) {
    const cursor = cursorBuild(state, view)?.number;
    const number = buildAt(state, { rows: height, row: inner, cursor: isSecond ? cursor : undefined });
    if (number === undefined) return focused;
    const chosen = { ...focused, cursor: number };
    return isSecond && number === cursor ? changeView({ ...looked, view: chosen }, arrangement, 'enter') : chosen;
  }
  return focused;
}

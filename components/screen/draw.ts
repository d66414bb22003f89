import type { LogFilter } from '../../source/dev/logs/log-line.ts';
import { findBuild } from '../../source/dev/state/select.ts';
import { grouped } from '../../source/terminal/units.ts';
import { treeLines } from '../artifacts/lines.ts';
import { logLines } from '../log/rows.ts';
import { cursorBuild, topOf } from '../model/view-state.ts';
import { inside, type PaneProps } from '../panes/pane.tsx';
import { requestLines } from '../panes/requests.ts';
import { historyNote, stepsLines } from '../steps/steps.ts';
import type { Theme } from '../theme/theme.ts';
import { type Arrangement, type Looked, openedBuild, visiblePanes } from './arrange.ts';
import type { Size } from './layout.ts';

export interface Drawing {
  readonly looked: Looked;
  readonly arrangement: Arrangement;
  readonly theme: Theme;
  readonly now: number;
  /** Somebody is there. */
  readonly attended: boolean;
  /** What the search has found, in words. */
  readonly found: string;
}

/** The panes of one application, ready to be put on the screen. */
export function drawPanes(drawing: Drawing): (PaneProps & { readonly key: string })[] {
  const { arrangement, theme, looked } = drawing;
  return visiblePanes(arrangement.layout).flatMap((name) => {
    const size = arrangement.layout.panes[name];
    if (size === undefined) return [];
    const focused = looked.view.focus === name;
    const frame = { key: name, name, size, focused, theme };
    if (name === 'steps') return { ...frame, ...steps(drawing, inside(size)) };
    if (name === 'requests') return { ...frame, ...requests(drawing, inside(size)) };
    return { ...frame, ...(name === 'logs' ? logs(drawing) : artifacts(drawing, inside(size))) };
  });
}

type Content = Pick<PaneProps, 'title' | 'lines' | 'note'>;

function steps({ looked, theme, now, attended }: Drawing, size: Size): Content {
  const { state, view, fileHere } = looked;
  const opened = openedBuild(looked);
  const cursor = cursorBuild(state, view);
  const focused = view.focus === 'steps';
  const lines = stepsLines({
    state,
    opened,
    cursor,
    marked: view.marked,
    focused,
    attended,
    size,
    theme,
    now,
    fileHere,
  });
  if (opened !== undefined) return { title: theme.words(`Steps · build ${opened.number}`), lines };
  return { title: 'Steps', lines, note: theme.words(historyNote(state, size.rows, theme)) };
}

function logs({ looked, arrangement, theme, found }: Drawing): Content {
  const { view, state } = looked;
  const { filter, shown, trouble, scene } = arrangement;
  const savedAt = (build: number): number | undefined => findBuild(state, build)?.at;
  const lines = logLines(scene, shown, theme, savedAt);
  const build = filter.build === undefined ? '' : ` · build ${filter.build}`;
  const only = view.log.only === undefined || view.log.typing === 'only' ? '' : ` · &${view.log.only}`;
  const query = view.log.query === undefined || view.log.typing === 'query' ? '' : ` · /${view.log.query} ${found}`;
  const following = topOf(state, view) === undefined;
  const nothing = view.log.only === undefined ? 'nothing printed yet' : 'no line matches';
  return {
    title: theme.words(`Logs · ${describeSources(filter)}${build}${only}${query}`),
    lines: [...trouble, ...(lines.length > 0 ? lines : [theme.paint('faint', nothing)])],
    note: following ? `${theme.marks.follow} following` : theme.words(place(looked, arrangement)),
  };
}

/** `all`, or the one that was chosen. */
function describeSources({ sources }: LogFilter): string {
  return sources.length > 3 ? 'all' : (sources[0] ?? '');
}

/** `120–140 of 5,000` */
function place({ log, only }: Looked, { filter, shown }: Arrangement): string {
  const [first, last] = [shown[0]?.line ?? log.first, shown.at(-1)?.line ?? log.first];
  if (only !== undefined) {
    return `${grouped(only.position(first))}-${grouped(only.position(last))} of ${grouped(only.found.length)} · f follows`;
  }
  const before = log.count(filter, log.first, first);
  const here = log.count(filter, first, last + 1);
  const after = log.count(filter, last + 1, log.end);
  return `${grouped(before + 1)}-${grouped(before + here)} of ${grouped(before + here + after)} · f follows`;
}

function requests({ looked, theme, now, attended }: Drawing, size: Size): Content {
  const { state, view } = looked;
  const { lines, note } = requestLines(state, view, { size, theme, now, attended });
  return { title: 'Requests', lines, note: theme.words(note) };
}

function artifacts({ looked, arrangement, theme }: Drawing, size: Size): Content {
  const { view } = looked;
  const lines = treeLines(arrangement.tree, view.tree.cursor, view.focus === 'artifacts', size, theme);
  const hidden = arrangement.tree.length - size.rows;
  const { kind } = view.tree;
  const title = theme.words(kind === 'all' ? 'Artifacts' : `Artifacts · ${kind}`);
  return { title, lines, ...(hidden > 0 && { note: `${grouped(hidden)} more rows` }) };
}

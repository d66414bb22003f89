import { logSources } from '../source/dev/logs/log-line.ts';
import { type Arrangement, type Looked, openedBuild, visiblePanes } from './arrange.ts';
import type { Size } from './layout.ts';
import { logLines } from './log-rows.ts';
import { inside, type PaneProps } from './pane.tsx';
import { stepsLines } from './steps-lines.ts';
import type { Theme } from './theme.ts';
import { treeLines } from './tree-lines.ts';
import { cursorBuild, topOf } from './view-state.ts';

export interface Drawing {
  readonly looked: Looked;
  readonly arrangement: Arrangement;
  readonly theme: Theme;
  readonly now: number;
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
    const frame = { key: name, size, focused, theme };
    if (name === 'steps') return { ...frame, ...steps(drawing, inside(size)) };
    return { ...frame, ...(name === 'logs' ? logs(drawing) : artifacts(drawing, inside(size))) };
  });
}

type Content = Pick<PaneProps, 'title' | 'lines' | 'note'>;

function steps({ looked, theme, now }: Drawing, size: Size): Content {
  const { state, view } = looked;
  const opened = openedBuild(looked);
  const cursor = cursorBuild(state, view);
  const lines = stepsLines({ state, opened, cursor, focused: view.focus === 'steps', size, theme, now });
  return { title: opened === undefined ? 'Steps' : theme.words(`Steps · build ${opened.number}`), lines };
}

function logs({ looked, arrangement, theme, found }: Drawing): Content {
  const { log, view, state } = looked;
  const { filter, shown, logSize } = arrangement;
  const lines = logLines(log, shown, view.log, logSize.columns, theme);
  const all = logSources.every((source) => filter.sources.includes(source));
  const which = all ? `all (${logSources.join(', ')})` : filter.sources.join(', ');
  const build = filter.build === undefined ? '' : ` · build ${filter.build}`;
  const query = view.log.query === undefined || view.log.typing ? '' : ` · /${view.log.query} ${found}`;
  const following = topOf(state, view) === undefined;
  return {
    title: theme.words(`Logs · ${which}${build}${query}`),
    lines: lines.length > 0 ? lines : [theme.paint('faint', 'nothing printed yet')],
    note: following ? `${theme.marks.follow} following` : theme.words(place(looked, arrangement)),
  };
}

/** `120–140 of 5,000` */
function place({ log }: Looked, { filter, shown }: Arrangement): string {
  const [first, last] = [shown[0]?.line ?? log.first, shown.at(-1)?.line ?? log.first];
  const before = log.count(filter, log.first, first);
  const here = log.count(filter, first, last + 1);
  const after = log.count(filter, last + 1, log.end);
  return `${grouped(before + 1)}-${grouped(before + here)} of ${grouped(before + here + after)} · f follows`;
}

export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function artifacts({ looked, arrangement, theme }: Drawing, size: Size): Content {
  const { view } = looked;
  const lines = treeLines(arrangement.tree, view.tree.cursor, view.focus === 'artifacts', size, theme);
  const hidden = arrangement.tree.length - size.rows;
  return { title: 'Artifacts', lines, ...(hidden > 0 && { note: `${grouped(hidden)} more rows` }) };
}

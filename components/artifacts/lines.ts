import { clip, clipStart, columnsOf, harmless } from '../../source/terminal/width.ts';
import { listStart } from '../model/viewport.ts';
import { band } from '../panes/band.ts';
import type { Size } from '../screen/layout.ts';
import { barOf } from '../theme/bars.ts';
import type { Theme } from '../theme/theme.ts';
import type { TreeRow } from './row.ts';

/** From so many columns on there is room for bars, and so wide are they. */
const [wide, barColumns] = [60, 10];

/** The visible part of the tree, the row under the cursor inverse while the pane has the focus. */
export function treeLines(
  rows: readonly TreeRow[],
  cursor: number,
  focused: boolean,
  { columns, rows: height }: Size,
  theme: Theme,
): string[] {
  const { marks, paint } = theme;
  const first = listStart(rows.length, focused ? cursor : 0, height);
  return rows.slice(first, first + height).map((row, index) => {
    const mark = row.open === undefined ? ' ' : row.open ? marks.open : marks.closed;
    const start = ` ${'  '.repeat(row.depth)}${mark} ${theme.words(harmlessCells(row.text))}`;
    const bar = row.share === undefined || columns < wide ? '' : `${barOf(row.share, barColumns, theme)}  `;
    const path = clipStart(harmless(row.path ?? ''), columns - columnsOf(start) - columnsOf(bar), marks.more);
    const room = columns - columnsOf(start + bar + path) - 2;
    const detail =
      room < 4 || row.detail === '' ? '' : `  ${wholeParts(theme.words(harmless(row.detail)), room, theme)}`;
    if (focused && first + index === cursor)
      return band(clip(start + bar + path, columns, marks.more) + detail, columns, theme);
    return bar === ''
      ? clip(start + path, columns, marks.more) + paint('faint', detail)
      : start + paint('bar', bar) + path + paint('faint', detail);
  });
}

/** Double spaces part the cells of a row and stay. */
function harmlessCells(text: string): string {
  const indent = /^ */.exec(text)?.[0] ?? '';
  return indent + text.trimStart().split('  ').map(harmless).join('  ');
}

/** As many of its parts as have room; of the first its start. */
function wholeParts(text: string, room: number, { marks }: Theme): string {
  const parts = text.split(/(?= · |, | over )/);
  while (parts.length > 1 && columnsOf(parts.join('')) > room) parts.pop();
  return clip(parts.join(''), room, marks.more);
}

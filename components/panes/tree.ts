import { clip, clipStart, columnsOf, harmless } from '../../source/terminal/width.ts';
import { listStart } from '../model/viewport.ts';
import type { Size } from '../screen/layout.ts';
import type { Theme } from '../theme/theme.ts';
import type { TreeRow } from './artifacts.ts';
import { band } from './band.ts';

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
    const text = start + clipStart(harmless(row.path ?? ''), columns - columnsOf(start), marks.more);
    const room = columns - columnsOf(text) - 2;
    const detail =
      room < 4 || row.detail === '' ? '' : `  ${clip(theme.words(harmless(row.detail)), room, marks.more)}`;
    const line = clip(text, columns, marks.more);
    return focused && first + index === cursor ? band(line + detail, columns, theme) : line + paint('faint', detail);
  });
}

/** Double spaces part the cells of a row and stay. */
function harmlessCells(text: string): string {
  const indent = /^ */.exec(text)?.[0] ?? '';
  return indent + text.trimStart().split('  ').map(harmless).join('  ');
}

import { clip, columnsOf, padEnd, slice } from '../../source/terminal/width.ts';
import type { Size } from '../screen/layout.ts';
import type { Theme } from '../theme/theme.ts';
import { Block } from './block.tsx';

export interface PaneProps {
  /** What a pointer there points at. */
  readonly name: string;
  readonly title: string;
  readonly size: Size;
  readonly focused: boolean;
  readonly theme: Theme;
  /** At most as many as fit in the borders; each is cut or filled to the pane's width. */
  readonly lines: readonly string[];
  /** What stands at the right of the lower border. */
  readonly note?: string;
}

/** Rows and columns inside of a pane's borders and the space beside them. */
export function inside({ columns, rows }: Size): Size {
  return { columns: Math.max(1, columns - 4), rows: Math.max(0, rows - 2) };
}

/** A bordered pane. It's one block of exact lines, since every element more costs its share of each frame. */
export function Pane(props: PaneProps) {
  return <Block name={props.name} columns={props.size.columns} lines={paneLines(props)} />;
}

function paneLines({ title, size, focused, theme, lines, note }: PaneProps): string[] {
  const [topLeft, topRight, bottomRight, bottomLeft, across, down] = theme.marks.border;
  const border = (text: string): string => theme.paint(focused ? 'focus' : 'border', text);
  const room = inside(size);
  const heading = ` ${clip(title, size.columns - 5, theme.marks.more)} `;
  const top = `${border(topLeft)}${theme.paint(focused ? 'focus' : 'strong', heading)}${border(
    across.repeat(Math.max(0, size.columns - 2 - columnsOf(heading))) + topRight,
  )}`;
  const ending = note === undefined || note === '' ? '' : ` ${clip(note, size.columns - 6, theme.marks.more)} `;
  const edge = across.repeat(Math.max(0, size.columns - 3 - columnsOf(ending)));
  const bottom =
    ending === ''
      ? border(bottomLeft + edge + across + bottomRight)
      : border(bottomLeft + edge) + theme.paint(focused ? 'focus' : 'strong', ending) + border(across + bottomRight);
  const side = border(down);
  const body = Array.from({ length: room.rows }, (_none, row) => {
    const line = lines[row] ?? '';
    const cut = columnsOf(line) > room.columns ? slice(line, 0, room.columns) : line;
    return `${side} ${padEnd(cut, room.columns)} ${side}`;
  });
  return [top, ...body, bottom];
}

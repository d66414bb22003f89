import type { LogFilter, LogReader } from '../source/dev/logs/log-line.ts';
import { plainText } from '../source/dev/logs/plain.ts';
import { queryPattern } from '../source/dev/logs/search.ts';
import { limitColours } from './colours.ts';
import { highlight } from './highlight.ts';
import { clip, columnsOf, slice, steady } from './text.ts';
import type { Theme } from './theme.ts';
import type { LogView } from './view-state.ts';
import type { Position, RowSource } from './viewport.ts';

/** Columns of `12:34:56.789 `. */
const timeColumns = 13;

/** The lines that the filter lets through, as rows of a pane of this width. */
export function logRows(log: LogReader, filter: LogFilter, view: LogView, columns: number): RowSource {
  const room = textColumns(view, columns);
  return {
    next: (line) => log.next(line, filter),
    previous: (line) => log.previous(line, filter),
    height(line) {
      if (!view.wrap) return 1;
      const text = steady(plainText(log.line(line)?.text ?? ''));
      return Math.max(1, Math.ceil(columnsOf(text) / room));
    },
  };
}

function textColumns(view: LogView, columns: number): number {
  return Math.max(1, columns - (view.times ? timeColumns : 0));
}

/** The rows as they are drawn. Only these lines are read, however many there are. */
export function logLines(
  log: LogReader,
  rows: readonly Position[],
  view: LogView,
  columns: number,
  theme: Theme,
): string[] {
  const room = textColumns(view, columns);
  const pattern = view.query === undefined || view.query === '' ? undefined : queryPattern(view.query, 'gi');
  return rows.map(({ line, row }) => {
    const found = log.line(line);
    if (found === undefined) return '';
    const tidy = steady(limitColours(found.text, theme.look.depth));
    const marked = pattern === undefined ? tidy : highlight(tidy, pattern);
    const text = view.wrap ? slice(marked, row * room, (row + 1) * room) : clip(marked, room, theme.marks.more);
    const own = found.source === 'sti' && !text.includes('\x1b') ? theme.paint('faint', theme.words(text)) : text;
    const ended = own.includes('\x1b') ? `${own}\x1b[0m` : own;
    const shown = view.line === line && pattern === undefined ? theme.paint('hit', plainText(ended)) : ended;
    return view.times ? `${theme.paint('faint', row === 0 ? clock(found.at) : '')}${gap(row)}${shown}` : shown;
  });
}

function gap(row: number): string {
  return ' '.repeat(row === 0 ? 1 : timeColumns);
}

/** The time of day here, to the millisecond. */
function clock(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

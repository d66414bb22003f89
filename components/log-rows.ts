import type { LogFilter, LogLine, LogReader } from '../source/dev/logs/log-line.ts';
import { plainText } from '../source/dev/logs/plain.ts';
import { queryPattern } from '../source/dev/logs/search.ts';
import { limitColours } from './colours.ts';
import { highlight } from './highlight.ts';
import { steady } from './text.ts';
import type { Theme } from './theme.ts';
import type { LogView } from './view-state.ts';
import type { Position, RowSource } from './viewport.ts';
import { wrapLine } from './wrap-line.ts';

/** Columns of `12:34:56.789 `. */
const timeColumns = 13;

/** More characters than this can't be in a column; joined marks aside, of which so many are nonsense. */
const perColumn = 8;
/** Lines from this length on are worth remembering in rows while they are on the screen. */
const long = 1000;

/** The lines that the filter lets through, as rows of a pane of this width. */
export function logRows(log: LogReader, filter: LogFilter, view: LogView, columns: number): RowSource {
  const room = textColumns(view, columns);
  return {
    next: (line) => log.next(line, filter),
    previous: (line) => log.previous(line, filter),
    height: (line) => (view.wrap ? rowsOf(steady(plainText(log.line(line)?.text ?? '')), room).length : 1),
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
  const drawn = (text: string): readonly string[] => {
    const seen = view.wrap ? text : startOf(text, room * perColumn);
    const tidy = steady(limitColours(seen, theme.look.depth));
    const marked = pattern === undefined ? tidy : highlight(tidy, pattern);
    return view.wrap ? rowsOf(marked, room) : [cut(marked, room, theme.marks.more)];
  };
  let last:
    | { readonly line: number; readonly found: LogLine | undefined; readonly rows: readonly string[] }
    | undefined;
  return rows.map(({ line, row }) => {
    if (last?.line !== line) {
      const found = log.line(line);
      last = { line, found, rows: drawn(found?.text ?? '') };
    }
    const { found } = last;
    if (found === undefined) return '';
    const text = last.rows[row] ?? '';
    const own = found.source === 'sti' && !text.includes('\x1b') ? theme.paint('faint', theme.words(text)) : text;
    const ended = own.includes('\x1b') ? `${own}\x1b[0m` : own;
    const shown = view.line === line && pattern === undefined ? theme.paint('hit', plainText(ended)) : ended;
    return view.times ? `${theme.paint('faint', row === 0 ? clock(found.at) : '')}${gap(row)}${shown}` : shown;
  });
}

/** The line's first row, with a mark where it goes on. */
function cut(text: string, room: number, more: string): string {
  if (wrapLine(text, room, 2).length === 1) return text;
  return `${wrapLine(text, Math.max(1, room - more.length), 1)[0] ?? ''}${more}`;
}

const remembered = new Map<string, readonly string[]>();

function rowsOf(text: string, room: number): readonly string[] {
  if (text.length < long) return wrapLine(text, room);
  const key = `${room} ${text}`;
  const rows = remembered.get(key) ?? wrapLine(text, room);
  if (remembered.size >= 100) remembered.clear();
  remembered.set(key, rows);
  return rows;
}

/** The line's start with so many characters, colours not counted: what lies behind is not on the screen. */
function startOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = new RegExp(`^(?:(?:\\x1b\\[[\\d;:]*m)*[^\\x1b]){0,${length}}`).exec(text);
  return start?.[0] ?? text;
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

import type { LogFilter, LogLine, LogReader } from '../../source/dev/logs/log-line.ts';
import { queryPattern } from '../../source/dev/logs/search.ts';
import { plainText } from '../../source/terminal/plain.ts';
import { grouped } from '../../source/terminal/units.ts';
import { steady } from '../../source/terminal/width.ts';
import { wrapLine } from '../../source/terminal/wrap.ts';
import { wrapAtWords } from '../../source/terminal/wrap-words.ts';
import type { LogView } from '../model/view-state.ts';
import type { Position, RowSource } from '../model/viewport.ts';
import { limitColours } from '../theme/colours.ts';
import type { Theme } from '../theme/theme.ts';
import { foldedLines, foldRuns, type LineSource } from './fold.ts';
import { gutter, gutterColumns } from './gutter.ts';
import { highlight } from './highlight.ts';
import { fitRequest } from './request.ts';
import { ruleLine } from './rule.ts';
import { timeColumns, timeOfLine } from './times.ts';

/** More characters than this can't be in a column; joined marks aside, of which so many are nonsense. */
const perColumn = 8;
/** Lines from this length on are worth remembering in rows while they are on the screen. */
const long = 1000;
/** Columns by which a line's second row is indented, its mark in them. */
const indent = 2;

const nothing = { text: '', source: 'detail' } as const;

/** A log and how it is looked at. */
export interface LogScene {
  readonly log: LogReader;
  readonly filter: LogFilter;
  readonly view: LogView;
  /** Of the lines, those that are shown; undefined: all. */
  readonly only: LineSource | undefined;
  readonly columns: number;
}

/** The lines that are shown, as rows of a pane of this width. */
export function logRows(scene: LogScene): RowSource {
  const { log, filter, only } = scene;
  const all: LineSource = {
    next: (line) => (only === undefined ? log.next(line, filter) : only.next(line)),
    previous: (line) => (only === undefined ? log.previous(line, filter) : only.previous(line)),
  };
  const lines = isFolded(scene) ? foldRuns(log, all) : all;
  const room = textColumns(scene);
  const height = (line: number): number => {
    const found = log.line(line);
    if (!isWrapped(scene) || found === undefined || found.source === 'build') return 1;
    return isFolded(scene) && foldedLines(log, line) !== undefined
      ? 1
      : rowsOf(steady(plainText(found.text)), room).length;
  };
  return { next: lines.next, previous: lines.previous, height };
}

/** Who asks for sti's own lines alone wants them whole. */
function isWrapped({ view, filter }: LogScene): boolean {
  return view.wrap || filter.sources.includes('detail');
}

/** Whoever looks for something wants to see each line that has it. */
function isFolded({ view, only }: LogScene): boolean {
  return view.fold && view.query === undefined && only === undefined;
}

function textColumns({ view, filter, columns }: LogScene): number {
  return Math.max(1, columns - timeColumns(view.times) - gutterColumns(filter, columns));
}

/** The rows as they are drawn. Only these lines are read, however many there are. */
export function logLines(
  scene: LogScene,
  rows: readonly Position[],
  theme: Theme,
  savedAt: (build: number) => number | undefined,
): string[] {
  const { log, view, columns, filter } = scene;
  const room = textColumns(scene);
  const wraps = isWrapped(scene);
  const pattern = view.query === undefined || view.query === '' ? undefined : queryPattern(view.query, 'gi');
  const width = gutterColumns(filter, columns);
  const marked = (text: string, line: number): string =>
    pattern === undefined ? text : highlight(text, pattern, view.line === line ? 'current' : 'other');
  const drawn = ({ text, source }: Pick<LogLine, 'text' | 'source'>, line: number): readonly string[] => {
    const whole = source === 'request' && !wraps ? fitRequest(text, room, theme.marks.more) : text;
    const seen = wraps ? text : startOf(whole, room * perColumn);
    const tidy = marked(steady(limitColours(seen, theme.look.depth)), line);
    return wraps ? rowsOf(tidy, room) : [cut(tidy, room, theme.marks.more)];
  };
  let last:
    | { readonly line: number; readonly found: LogLine | undefined; readonly rows: readonly string[] }
    | undefined;
  let sourceAbove: string | undefined;
  return rows.map(({ line, row }) => {
    if (last?.line !== line) {
      const found = log.line(line);
      const folded = isFolded(scene) ? foldedLines(log, line) : undefined;
      const fold =
        folded === undefined ? undefined : theme.paint('faint', theme.words(`… ${grouped(folded)} more like these`));
      last = { line, found, rows: fold === undefined ? drawn(found ?? nothing, line) : [fold] };
    }
    const { found } = last;
    if (found === undefined) return '';
    if (found.source === 'build') {
      sourceAbove = undefined;
      return marked(ruleLine(found, columns, theme), line);
    }
    const text = last.rows[row] ?? '';
    const isOwn = found.source === 'sti' || found.source === 'detail';
    const own = isOwn && !text.includes('\x1b') ? theme.paint('faint', theme.words(text)) : text;
    const ended = own.includes('\x1b') ? `${own}\x1b[0m` : own;
    const shown = view.line === line && pattern === undefined ? theme.paint('hit', plainText(ended)) : ended;
    const isFirst = row === 0 && sourceAbove !== found.source;
    sourceAbove = found.source;
    const time = timeOfLine(found, row, view.times, savedAt(found.build));
    const wrapped = row === 0 ? '' : theme.paint('faint', `${theme.marks.wrapped} `);
    return theme.paint('faint', time) + gutter(found.source, width, isFirst, theme) + wrapped + shown;
  });
}

/** The line's first row, with a mark where it goes on. */
function cut(text: string, room: number, more: string): string {
  if (wrapLine(text, room, 2).length === 1) return text;
  return `${wrapLine(text, Math.max(1, room - more.length), 1)[0] ?? ''}${more}`;
}

const remembered = new Map<string, readonly string[]>();

function rowsOf(text: string, room: number): readonly string[] {
  if (text.length < long) return wrapAtWords(text, room, indent);
  const key = `${room} ${text}`;
  const rows = remembered.get(key) ?? wrapAtWords(text, room, indent);
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

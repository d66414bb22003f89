import type { DevState } from '../../source/dev/state/state.ts';
import { type Trouble, troubleOf } from '../../source/dev/state/trouble.ts';
import { clip, columnsOf, harmless, wrapWords } from '../../source/terminal/width.ts';
import { type FileHere, withFilesHere } from '../log/files.ts';
import type { Size } from '../screen/layout.ts';
import { shortFailure } from '../steps/words.ts';
import type { Theme } from '../theme/theme.ts';

/** What failed, at the top of the logs behind a bar: cause, file, what to try, what is still served. Nothing: no rows. */
export function troubleLines(
  state: DevState,
  size: Size,
  theme: Theme,
  { fileHere, canOpen }: FilesOfTrouble,
): string[] {
  const trouble = troubleOf(state);
  if (trouble === undefined) return [];
  const { paint, marks } = theme;
  const room = size.columns - 2;
  const rows = rowsOf(trouble, room, theme, { fileHere, canOpen });
  // The logs keep some rows, and what matters most comes first.
  const most = Math.max(1, Math.min(rows.length, size.rows - 4));
  const kept = rows.toSorted((a, b) => a.rank - b.rank).slice(0, most);
  const shown = rows.filter((row) => kept.includes(row));
  const lines = shown.map((row) => `${paint('bad', marks.alarm)} ${withRest(row)}`);
  return size.rows > lines.length + 3 ? [...lines, ''] : lines;

  /** Where the row's sentence goes on without room, it is seen to. */
  function withRest({ rank, text }: Row): string {
    const next = rows.find((row) => row.rank === rank + 1 && row.goesOn);
    return next === undefined || kept.includes(next) ? text : clip(`${text} ${next.text}`, room, marks.more);
  }
}

interface FilesOfTrouble {
  readonly fileHere: FileHere;
  /** The key for that works where this is shown. */
  readonly canOpen: boolean;
}

/** Rows of the cause. */
const mostCause = 2;

interface Row {
  readonly rank: number;
  readonly text: string;
  /** The sentence of the row above goes on. */
  readonly goesOn: boolean;
}

function rowsOf(
  { what, cause, hint, still }: Trouble,
  room: number,
  theme: Theme,
  { fileHere, canOpen }: FilesOfTrouble,
): Row[] {
  const { paint, marks, words } = theme;
  const told = cause === undefined ? undefined : withFilesHere(harmless(cause).trim(), fileHere);
  const whole = words(harmless(what));
  const line = (rank: number, text: string, goesOn = false): Row => ({ rank, text, goesOn });
  const causes = told === undefined ? [] : wrapWords(words(told.text), room);
  const short = columnsOf(whole) <= room ? whole : shortFailure(whole);
  const advice =
    hint === undefined
      ? []
      : wrapWords(words(`Try: ${withFilesHere(harmless(hint), fileHere).text}`), room).slice(0, 3);
  return [
    ...atMost(2, wrapWords(short, room), room, marks.more).map((text) => line(0, paint('bad', text))),
    ...atMost(mostCause, causes, room, marks.more).map((text) => line(1, paint('strong', text))),
    ...(told?.file !== undefined && causes.length > mostCause
      ? [line(2, clip(`in ${told.file}`, room, marks.more))]
      : []),
    ...advice.map((text, index) => line(4 + index, clip(text, room, marks.more), index > 0)),
    ...(told?.file !== undefined && canOpen ? [line(7, clip(`E opens ${told.file}`, room, marks.more))] : []),
    ...(still === '' ? [] : wrapWords(still, room))
      .slice(0, 2)
      .map((text) => line(3, paint('faint', clip(text, room, marks.more)))),
  ];
}

/** The rows, of which the last that there is room for has what else fits of the others. */
function atMost(count: number, rows: readonly string[], columns: number, more: string): string[] {
  if (rows.length <= count) return [...rows];
  return [...rows.slice(0, count - 1), clip(rows.slice(count - 1).join(' '), columns, more)];
}

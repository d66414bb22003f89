import { plainText } from './plain.ts';
import { isPlain, slice } from './width.ts';
import { wrapLine } from './wrap.ts';

/** A longer line is cut anywhere: where its words end would take too long to find. */
const longest = 4_000;

/**
 * The line in rows, broken between words where one ends in the last two thirds of a row. All rows but the first leave room for
 * an indent, which isn't written.
 */
export function wrapAtWords(text: string, columns: number, indent: number): readonly string[] {
  const plain = plainText(text);
  const narrow = Math.max(1, columns - indent);
  // Where characters are not a column each, places in the text are no columns.
  if (plain.length > longest || !isPlain(plain)) return wrapLine(text, narrow);
  const rows: string[] = [];
  for (let from = 0; ; ) {
    const room = rows.length === 0 ? columns : narrow;
    if (plain.length - from <= room) return [...rows, from === 0 ? text : slice(text, from, plain.length)];
    const space = plain.lastIndexOf(' ', from + room);
    const to = space > from + room / 3 ? space : from + room;
    rows.push(slice(text, from, to));
    from = plain.charAt(to) === ' ' ? to + 1 : to;
    if (from >= plain.length) return rows;
  }
}

import { coloursAfter } from './sgr.ts';
import { columnsOf } from './width.ts';

const segmenter = new Intl.Segmenter();
const pieces = /(\x1b\[[\d;:]*m)|([\x20-\x7e]+)|([^\x1b\x20-\x7e]+|\x1b)/g;

/**
 * The line in rows of at most so many columns, each with the colours that are on in it. A wide character is never cut.
 * @param most looks no further than to the end of so many rows
 */
export function wrapLine(text: string, columns: number, most = Number.POSITIVE_INFINITY): readonly string[] {
  const rows: string[] = [];
  let [row, used, colours] = ['', 0, ''];
  const add = (piece: string, width: number): void => {
    if (used > 0 && used + width > columns) {
      rows.push(row);
      [row, used] = [colours, 0];
    }
    row += piece;
    used += width;
  };
  for (const [, sequence, simple = '', other] of text.matchAll(pieces)) {
    if (sequence !== undefined) {
      colours = coloursAfter(colours, sequence);
      add(sequence, 0);
    }
    for (let at = 0; at < simple.length && rows.length < most; ) {
      const room = used < columns ? columns - used : columns;
      const piece = simple.slice(at, at + room);
      add(piece, piece.length);
      at += piece.length;
    }
    for (const { segment } of other === undefined ? [] : segmenter.segment(other)) {
      add(segment, widthOf(segment));
      if (rows.length >= most) return rows;
    }
    if (rows.length >= most) return rows;
  }
  return [...rows, row];
}

const widths = new Map<string, number>();

/** The columns of one character; texts have the same few thousand of them over and over. */
function widthOf(character: string): number {
  const known = widths.get(character);
  if (known !== undefined) return known;
  if (widths.size >= 10_000) widths.clear();
  const width = columnsOf(character);
  widths.set(character, width);
  return width;
}

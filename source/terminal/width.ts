import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import { plainText } from './plain.ts';

/**
 * Characters that are a column each and join with no other, which is all that most lines have: ASCII, Latin letters, dashes
 * and dots, arrows, borders and blocks, marks. What else there may be needs a closer look, which takes a hundred times longer.
 */
const simple =
  /^[\x20-\x7e\xa0-\xac\xae-\xff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2713\u2714\u2717\u2718\u2800-\u28ff]*$/;

/** Whether each of its characters is a column, so that places in it are columns. */
export function isPlain(text: string): boolean {
  return simple.test(text);
}

/** Columns that the text takes on the terminal, colours left out. */
export function columnsOf(text: string): number {
  const plain = plainText(text);
  return simple.test(plain) ? plain.length : stringWidth(plain);
}

/** The part of the text in columns `from` ≤ column < `to`; of a wide character that is cut nothing is left. */
export function slice(text: string, from: number, to: number): string {
  if (simple.test(text)) return text.slice(from, to);
  if (simple.test(plainText(text))) return sliceColoured(text, from, to);
  const part = sliceAnsi(text, from, to);
  return columnsOf(part) <= to - from ? part : sliceAnsi(text, from, to - 1);
}

/** The part in the colours that it has there. */
function sliceColoured(text: string, from: number, to: number): string {
  let part = '';
  let column = 0;
  for (const [piece] of text.matchAll(/\x1b[^m]*m|[^\x1b]+/g)) {
    if (column >= to) break;
    if (piece.startsWith('\x1b')) part = column <= from && /^\x1b\[0?m$/.test(piece) ? '' : part + piece;
    else {
      part += piece.slice(Math.max(0, from - column), to - column);
      column += piece.length;
    }
  }
  return part.includes('\x1b') ? `${part}\x1b[0m` : part;
}

/** The text in at most `columns` columns, with a mark where something is missing. */
export function clip(text: string, columns: number, more = '…'): string {
  if (columnsOf(text) <= columns) return text;
  return columns <= 0 ? '' : `${slice(text, 0, columns - columnsOf(more))}${more}`;
}

/** The end of the text, for paths: `…/source/app.js`. */
export function clipStart(text: string, columns: number, more = '…'): string {
  const width = columnsOf(text);
  if (width <= columns) return text;
  return columns <= 0 ? '' : `${more}${slice(text, width - columns + columnsOf(more), width)}`;
}

/** Both ends of the text, for names of files: `site.…ig.js`. */
export function clipMiddle(text: string, columns: number, more = '…'): string {
  const width = columnsOf(text);
  if (width <= columns) return text;
  const room = columns - columnsOf(more);
  if (room < 2) return clip(text, columns, more);
  const start = Math.ceil(room / 2);
  return slice(text, 0, start) + more + slice(text, width - room + start, width);
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - columnsOf(text))) + text;
}

/** Left and right on one line of exactly `columns` columns; the left gives way. */
export function spread(left: string, right: string, columns: number, more = '…'): string {
  if (right === '') return padEnd(clip(left, columns, more), columns);
  const end = clip(right, columns, more);
  const room = columns - columnsOf(end) - 1;
  return room <= 0 ? padEnd(end, columns) : `${padEnd(clip(left, room, more), room)} ${end}`;
}

/**
 * Words from outside (file names, messages) as one harmless line: without control sequences, and without the marks that
 * turn the direction of writing.
 */
export function harmless(text: string): string {
  return text
    .replace(/\x1b\[[\d;:]*m/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '')
    .replace(unsteady, '');
}

/**
 * What terminals disagree about: joiners, selectors and skin tones, with which some draw one emoji and others several, and
 * the marks that turn the direction of writing. Without them every character has the width that everybody gives it.
 */
const unsteady = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069]|\u20e3|\ufe0e|\ufe0f|\ufeff|[\u{1f3fb}-\u{1f3ff}]/gu;

/** A log's line as it's drawn: tabs as spaces, and nothing of which a terminal's idea of its width may be another one. */
export function steady(text: string): string {
  return simple.test(text) ? text : expandTabs(text.replace(unsteady, ''));
}

/** Tabs as the spaces that they stand for, counted from the line's start: what follows one begins at a multiple of 8. */
function expandTabs(text: string): string {
  const parts = text.split('\t');
  const last = parts.pop() ?? '';
  return parts.map((part) => part + ' '.repeat(8 - (columnsOf(part) % 8))).join('') + last;
}

/** Words in lines of at most `columns` columns. */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(last) + 1 + columnsOf(word) <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(clip(word, columns));
  }
  return lines;
}

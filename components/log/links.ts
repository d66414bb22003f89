import { plainText } from '../../source/terminal/plain.ts';
import { columnsOf } from '../../source/terminal/width.ts';
import { type FileHere, filesIn } from './files.ts';

/** Something in a row that can be opened: an address, or a file of the user's folder. */
export interface Link {
  /** Where in the row's plain text. */
  readonly from: number;
  readonly to: number;
  readonly target: { readonly url: string } | { readonly path: string; readonly line: number | undefined };
}

const address = /https?:\/\/[^\s│"'<>()…]+[^\s│"'<>()….,:;!?]/g;

/** What can be opened in a row, from left to right. What is cut off at its end can't. */
function linksIn(plain: string, fileHere: FileHere): Link[] {
  if (!/[./]/.test(plain)) return [];
  const urls = [...plain.matchAll(address)]
    .filter((match) => plain.charAt(match.index + match[0].length) !== '…')
    .map((match): Link => ({ from: match.index, to: match.index + match[0].length, target: { url: match[0] } }));
  const files = filesIn(plain, fileHere).map(
    ({ from, to, path, line }): Link => ({ from, to, target: { path, line } }),
  );
  const others = files.filter(({ from }) => !urls.some((url) => from >= url.from && from < url.to));
  return [...urls, ...others].toSorted((a, b) => a.from - b.from);
}

/** The link at a column of a row. */
export function linkAt(row: string, column: number, fileHere: FileHere): Link['target'] | undefined {
  const plain = plainText(row);
  const at = (index: number): number => columnsOf(plain.slice(0, index));
  return linksIn(plain, fileHere).find(({ from, to }) => at(from) <= column && column < at(to))?.target;
}

/** The row with its links as terminals know them (OSC 8). */
export function withLinks(row: string, fileHere: FileHere, folder: string): string {
  const links = linksIn(plainText(row), fileHere);
  if (links.length === 0) return row;
  const marks = links.flatMap(({ from, to, target }) => {
    const url = 'url' in target ? target.url : `file://${encodeURI(`${folder}/${target.path}`)}`;
    return [
      { at: from, text: `\x1b]8;;${url}\x1b\\` },
      { at: to, text: '\x1b]8;;\x1b\\' },
    ];
  });
  let shown = '';
  let at = 0;
  for (const [piece] of row.matchAll(/\x1b\[[\d;:]*m|[^\x1b]+|\x1b/g)) {
    if (piece.startsWith('\x1b')) {
      shown += piece;
      continue;
    }
    let rest = piece;
    for (let mark = marks[0]; mark !== undefined && mark.at <= at + rest.length; mark = marks[0]) {
      shown += rest.slice(0, mark.at - at) + mark.text;
      rest = rest.slice(mark.at - at);
      at = mark.at;
      marks.shift();
    }
    shown += rest;
    at += rest.length;
  }
  return shown;
}

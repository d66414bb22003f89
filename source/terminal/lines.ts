import { plainText } from './plain.ts';
import { coloursAfter } from './sgr.ts';

/** A longer line is cut into several, so that one endless line can't fill the memory. */
const longestLine = 64 * 1024;

/** What a line switches on or off before its first character. */
const ownColours = /^(?:\x1b\[[\d;:]*m)+/;

/** Cuts sanitized text that comes in pieces into lines, with what isn't ended yet at hand. */
export interface LineSplitter {
  /** The lines that this piece ends. */
  add(text: string): string[];
  /** The unfinished line as a terminal would show it now; '' when there is none. */
  readonly open: string;
  /** Ends the unfinished line. */
  end(): string[];
}

/** Each line says for itself which colours it begins with, since those of the line before stay on until they are reset. */
export function createLineSplitter(): LineSplitter {
  let open = '';
  /** Whether what comes next writes over `open`. */
  let returned = false;
  /** The colours that are on where `open` begins. */
  let colours = '';

  const coloured = (text: string): string => {
    if (plainText(text) === '') return '';
    const own = ownColours.exec(text)?.[0] ?? '';
    if (colours === '' && own === '') return text;
    return coloursAfter(colours, own) + text.slice(own.length);
  };
  const pass = (text: string): string => {
    const line = coloured(text);
    colours = coloursAfter(colours, text);
    return line;
  };
  /** What a terminal would show of a line whose parts write over each other (`10%\r20%\r`). */
  const lastState = (line: string): string => {
    if (!line.includes('\r')) return line;
    const start = lastPart(line);
    colours = coloursAfter(colours, line.slice(0, start));
    return line.slice(start).replaceAll('\r', '');
  };
  /** Passes on so much of the line that the rest isn't too long. */
  const shorten = (line: string, passed: string[]): string => {
    let rest = line;
    while (rest.length > longestLine) {
      const at = cutBefore(rest, longestLine);
      passed.push(pass(rest.slice(0, at)));
      rest = rest.slice(at);
    }
    return rest;
  };

  return {
    add(text) {
      const [first = '', ...others] = text.split('\n');
      const lines = [open + (returned ? '\r' : '') + first, ...others];
      const last = lines.pop() ?? '';
      const ended: string[] = [];
      for (const line of lines) ended.push(pass(shorten(lastState(line), ended)));
      // A progress bar that never ends its line must not grow.
      open = shorten(lastState(last), ended);
      const back = last.lastIndexOf('\r');
      returned = back >= 0 && plainText(last.slice(back)) === '\r';
      return ended;
    },
    get open() {
      return coloured(open);
    },
    end() {
      const line = pass(open);
      open = '';
      returned = false;
      return line === '' ? [] : [line];
    },
  };
}

/** Where the last part of the line begins that a terminal would show something of. */
function lastPart(line: string): number {
  let end = line.length;
  while (end > 0) {
    const start = line.lastIndexOf('\r', end - 1) + 1;
    if (plainText(line.slice(start, end)) !== '') return start;
    end = start - 1;
  }
  return 0;
}

/** The place up to `end` at which a line can be cut: not within a character, and not within a colour's sequence. */
function cutBefore(line: string, end: number): number {
  const sequence = line.lastIndexOf('\x1b', end - 1);
  if (sequence > 0 && line.indexOf('m', sequence) >= end) return sequence;
  return /[\ud800-\udbff]/.test(line.charAt(end - 1)) ? end - 1 : end;
}

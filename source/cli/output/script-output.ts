import type { OutputPiece } from '../../build/events.ts';
import { plainText } from '../../terminal/plain.ts';

type Stream = OutputPiece['stream'];

/** Lays out a script's output as an indented block. It writes nothing itself: it returns the text to write. */
export interface ScriptOutput {
  add(piece: Pick<OutputPiece, 'stream' | 'lines' | 'open'>): string;
  /** Shows the unfinished lines that are kept back; what comes goes on behind them where it can. */
  showOpen(): string;
  /** Begins a new line where the cursor stands behind an unfinished one, so that something else can be written. */
  breakLine(): string;
  /** Whether an unfinished line is kept back. */
  readonly keeps: boolean;
  /** Whether the cursor stands behind an unfinished line. */
  readonly unfinished: boolean;
}

/**
 * @param inPlace for terminals: an unfinished line is shown at once, and one that is written over (`10%\r20%\r`) is written
 * over in place; else whole lines only, and of such a line its last state
 */
export function createScriptOutput(options: {
  readonly indent: string;
  readonly colour: boolean;
  readonly inPlace: boolean;
}): ScriptOutput {
  const { indent, colour, inPlace } = options;
  const kept = new Map<Stream, string>();
  /** What is shown of each stream's unfinished line. */
  const shown = new Map<Stream, string>();
  /** The stream behind whose unfinished line the cursor stands. */
  let standing: Stream | undefined;

  const breakLine = (): string => {
    if (standing === undefined) return '';
    const reset = shown.get(standing)?.includes('\x1b') ? '\x1b[0m' : '';
    standing = undefined;
    return `${reset}\n`;
  };
  const put = (stream: Stream, text: string): string => {
    const before = shown.get(stream) ?? '';
    const continues = text.startsWith(before);
    const rest = continues ? text.slice(before.length) : text;
    const isHere = standing === stream;
    const start = isHere && inPlace && !continues ? '\r\x1b[K' : isHere && continues ? '' : breakLine();
    shown.set(stream, text);
    standing = stream;
    return start + (rest === '' || (isHere && continues) ? '' : indent) + rest;
  };
  const putLine = (stream: Stream, text: string): string => {
    const isShown = standing !== stream && shown.get(stream) === text;
    const line = isShown ? '' : put(stream, text) + breakLine();
    shown.delete(stream);
    return line;
  };
  const showOpen = (): string => {
    const text = [...kept].map(([stream, line]) => (shown.get(stream) === line ? '' : put(stream, line))).join('');
    kept.clear();
    return text;
  };

  return {
    get unfinished() {
      return standing !== undefined;
    },
    get keeps() {
      return kept.size > 0;
    },
    add({ stream, lines, open }) {
      const seen = (line: string): string => (colour ? line : plainText(line));
      const text = lines.map((line) => putLine(stream, seen(line))).join('');
      if (open === '') kept.delete(stream);
      else kept.set(stream, seen(open));
      return inPlace ? text + showOpen() : text;
    },
    showOpen,
    breakLine,
  };
}

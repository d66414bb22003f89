import { redactText, redactUrl } from '../../../protocol/redact.ts';
import { sanitize } from '../../../terminal/sanitize.ts';
import type { Schema } from '../schema.ts';

/** One kind of value: how it is parsed, printed, completed and described, wherever it is written. */
export interface Kind<Value, Absent extends Value | undefined = Value | undefined> {
  /** What help calls the value; a switch has none. */
  readonly placeholder?: string;
  /** What an error says was expected: `a duration such as 50ms`. */
  readonly expected: string;
  /** What a configuration file may hold. */
  readonly schema: Schema;
  readonly completes?: Completion;
  /** The value of an option that nobody gives. */
  readonly absent: Absent;
  /** @throws WrongValue */
  parse(text: string): Value;
  /** The words of a command line that give the value. */
  print(value: Value): readonly string[];
  /** @throws WrongValue */
  fromJson(json: unknown): Value;
  /** Of a kind that can be given more than once: what two of them are together. @throws WrongValue */
  join?(before: Value, after: Value): Value;
  /** Of a kind whose values add up over configuration files: what the stronger leaves of the weaker. */
  under?(weaker: Value, stronger: Value): Value;
  /** The same value with the paths in it relative to a folder instead of to nothing. */
  relativeTo?(folder: string, value: Value): Value;
  /** The text as errors quote it, where it may hold a secret. */
  hide?(text: string): string;
}

export type Completion = 'file' | 'folder' | readonly string[];

interface WrongValueDetails {
  readonly at?: string;
  readonly expected?: string | undefined;
  readonly written?: string | null | undefined;
}

/** A value that its kind refuses. */
export class WrongValue extends Error {
  /** Where it is inside of what a configuration file holds: `[1]`, `.PORT`. */
  readonly at: string;
  /** What was expected, if it isn't what the kind expects. */
  readonly expected: string | undefined;
  /** What was written there, as errors quote it; null: nothing that may be shown. */
  readonly written: string | null | undefined;

  /** @param why what is wrong, where the expectation alone doesn't tell */
  constructor(why = '', { at = '', expected, written }: WrongValueDetails = {}) {
    super(why);
    this.at = at;
    this.expected = expected;
    this.written = written;
  }
}

/** `Invalid value "Y" for --x: expected a duration such as 50ms`, for anything that a kind threw. */
export function invalid(
  name: string,
  written: string,
  kind: Pick<Kind<unknown>, 'expected' | 'hide'>,
  thrown: unknown,
): string {
  if (!(thrown instanceof WrongValue)) throw thrown;
  const shown = thrown.written === undefined ? quote(kind.hide?.(written) ?? redactUrl(written)) : thrown.written;
  const why = thrown.message === '' ? '' : ` (${redactText(sanitize(thrown.message))})`;
  const value = shown === null ? 'value' : `value ${shown}`;
  return `Invalid ${value} for ${name}${thrown.at}: expected ${thrown.expected ?? kind.expected}${why}`;
}

const longestQuote = 100;

/** A text of any length and content as one short piece of a line. */
function quote(text: string): string {
  const line = JSON.stringify(sanitize(text)).replaceAll('\\\\', '\\');
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…"` : line;
}

/** @throws WrongValue unless it is a string, and not an empty one */
export function textOf(json: unknown): string {
  if (typeof json === 'string' && json !== '') return json;
  throw new WrongValue('', {
    expected: json === '' ? 'a text that is not empty' : 'a string',
    written: shownJson(json),
  });
}

export function shownJson(json: unknown): string {
  if (typeof json === 'string') return quote(redactUrl(json));
  return Array.isArray(json) ? 'array' : typeof json === 'object' && json !== null ? 'object' : String(json);
}

import { plainText } from '../../terminal/plain.ts';
import type { LogFilter, LogReader } from './log-line.ts';

/** Lines looked at between two looks at the clock. */
const stride = 512;

/**
 * What was typed as a pattern, whatever its case: the words as they are, or between slashes a regular expression. Undefined:
 * it is none yet.
 */
export function queryPattern(query: string, flags: 'i' | 'gi'): RegExp | undefined {
  const expression = /^\/(.+)\/$/.exec(query)?.[1];
  try {
    return new RegExp(expression ?? query.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), flags);
  } catch {
    return undefined;
  }
}

/** Whether a line has what was typed. */
export function queryTest(query: string): (text: string) => boolean {
  const pattern = queryPattern(query, 'i');
  return (text) => pattern?.test(text) === true;
}

/** The same for a filter, where a `!` in front means the lines that haven't. */
export function filterTest(filter: string): (text: string) => boolean {
  if (!filter.startsWith('!')) return queryTest(filter);
  const test = queryTest(filter.slice(1));
  return (text) => !test(text);
}

/**
 * All lines that pass the test, found in steps, so that a million lines never keep a key waiting. It's cancelled by not
 * going on with it; lines that come later are looked at by the next step, and unfinished ones by each.
 */
export class LogSearch {
  readonly #log: LogReader;
  readonly #filter: LogFilter;
  readonly #test: (text: string) => boolean;
  #finished: number[] = [];
  #found: readonly number[] = [];
  #next: number;
  /** The log's version when all of it was seen. */
  #seen: number | undefined;

  constructor(log: LogReader, test: (text: string) => boolean, filter: LogFilter) {
    this.#log = log;
    this.#filter = filter;
    this.#test = test;
    this.#next = log.first;
  }

  /** Numbers of the lines found up to now, ascending. */
  get found(): readonly number[] {
    return this.#found;
  }

  get done(): boolean {
    return this.#seen === this.#log.version;
  }

  /** Looks on until `until` says stop or all is seen. */
  step(until: () => boolean): void {
    const log = this.#log;
    if ((this.#finished[0] ?? log.first) < log.first) {
      this.#finished = this.#finished.slice(after(this.#finished, log.first - 1));
    }
    this.#found = this.#finished;
    for (let looked = 1; this.#next < log.unfinished; looked++) {
      const line = log.next(this.#next, this.#filter) ?? log.end;
      if (line < log.unfinished && this.#isHit(line)) this.#finished.push(line);
      this.#next = Math.min(line + 1, log.unfinished);
      if (looked % stride === 0 && until()) return;
    }
    const open = this.#openHits();
    if (open.length > 0) this.#found = [...this.#finished, ...open];
    this.#seen = log.version;
  }

  #openHits(): number[] {
    const hits: number[] = [];
    let line = this.#log.next(this.#log.unfinished, this.#filter);
    while (line !== undefined) {
      if (this.#isHit(line)) hits.push(line);
      line = this.#log.next(line + 1, this.#filter);
    }
    return hits;
  }

  #isHit(line: number): boolean {
    return this.#test(plainText(this.#log.line(line)?.text ?? ''));
  }

  /** The nearest found line after (or, backwards, before) `line`; beyond the last one it begins again at the other end. */
  nearest(line: number, direction: 1 | -1): number | undefined {
    const index = direction === 1 ? after(this.#found, line) : after(this.#found, line - 1) - 1;
    return this.#found[index] ?? this.#found.at(direction === 1 ? 0 : -1);
  }

  /** The first found line from `line` on. */
  next(line: number): number | undefined {
    return this.#found[after(this.#found, line - 1)];
  }

  /** The last found line up to `line`. */
  previous(line: number): number | undefined {
    return this.#found[after(this.#found, line) - 1];
  }

  /** `3` for the third found line; 0 when the line isn't one of them. */
  position(line: number): number {
    const index = after(this.#found, line) - 1;
    return this.#found[index] === line ? index + 1 : 0;
  }
}

/** Index of the first number greater than `line`. */
function after(sorted: readonly number[], line: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return low;
}

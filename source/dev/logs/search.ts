import type { LogFilter, LogReader } from './log-line.ts';
import { plainText } from './plain.ts';

/** Lines looked at between two looks at the clock. */
const stride = 512;

/** The words as a pattern, whatever their case. */
export function queryPattern(query: string, flags: 'i' | 'gi'): RegExp {
  return new RegExp(query.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), flags);
}

/**
 * All lines that have the query, found in steps, so that a million lines never keep a key waiting. It's cancelled by not
 * going on with it; lines that come later are looked at by the next step.
 */
export class LogSearch {
  readonly query: string;
  readonly #log: LogReader;
  readonly #filter: LogFilter;
  readonly #pattern: RegExp;
  #found: number[] = [];
  #next: number;

  constructor(log: LogReader, query: string, filter: LogFilter) {
    this.query = query;
    this.#log = log;
    this.#filter = filter;
    this.#pattern = queryPattern(query, 'i');
    this.#next = log.first;
  }

  /** Numbers of the lines found up to now, ascending. */
  get found(): readonly number[] {
    return this.#found;
  }

  get done(): boolean {
    return this.#next >= this.#log.end;
  }

  /** Looks on until `until` says stop or all is seen. */
  step(until: () => boolean): void {
    if ((this.#found[0] ?? this.#log.first) < this.#log.first) {
      this.#found = this.#found.slice(after(this.#found, this.#log.first - 1));
    }
    for (let looked = 1; !this.done; looked++) {
      const line = this.#log.next(this.#next, this.#filter);
      if (line === undefined) {
        this.#next = this.#log.end;
        return;
      }
      if (this.#pattern.test(plainText(this.#log.line(line)?.text ?? ''))) this.#found.push(line);
      this.#next = line + 1;
      if (looked % stride === 0 && until()) return;
    }
  }

  /** The nearest found line after (or, backwards, before) `line`; beyond the last one it begins again at the other end. */
  nearest(line: number, direction: 1 | -1): number | undefined {
    const index = direction === 1 ? after(this.#found, line) : after(this.#found, line - 1) - 1;
    return this.#found[index] ?? this.#found.at(direction === 1 ? 0 : -1);
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

import { looksLikeError } from '../source/dev/logs/error-lines.ts';
import { findLine } from '../source/dev/logs/find-line.ts';
import type { LogFilter, LogReader } from '../source/dev/logs/log-line.ts';
import { LogSearch } from '../source/dev/logs/search.ts';
import { grouped } from './draw.ts';
import { logsKey } from './view-state.ts';

/** Milliseconds that looking may take until keys and frames have their turn. */
const slice = 8;

interface Job {
  readonly search: LogSearch;
  readonly log: LogReader;
  readonly key: string;
}

/** Looks for lines beside everything else: in small pieces, one search at a time, a new one cancels the one before. */
export class Seeker {
  readonly #changed: () => void;
  #job: Job | undefined;
  #jump: { readonly from: number; readonly direction: 1 | -1; readonly go: (line: number) => void } | undefined;
  #timer: NodeJS.Immediate | undefined;
  #errors = new AbortController();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** What is to be found now; called for each frame, since lines come and filters change. */
  use(log: LogReader, query: string | undefined, filter: LogFilter): void {
    if (query === undefined || query === '') {
      this.#job = undefined;
      this.#jump = undefined;
      return;
    }
    const key = `${logsKey(filter)} ${query}`;
    if (this.#job?.key !== key || this.#job.log !== log) {
      this.#job = { search: new LogSearch(log, query, filter), log, key };
    }
    this.#goOn();
  }

  /** Goes to the nearest hit once all are known. */
  jump(from: number, direction: 1 | -1, go: (line: number) => void): void {
    this.#jump = { from, direction, go };
    this.#goOn();
  }

  /** `3 of 17`, `17 hits`, `no hits` */
  describe(line: number | undefined): string {
    const search = this.#job?.search;
    if (search === undefined) return '';
    const count = search.found.length;
    const position = line === undefined ? 0 : search.position(line);
    const more = search.done ? '' : '…';
    if (position > 0) return `${grouped(position)} of ${grouped(count)}${more}`;
    return count === 0 && search.done ? 'no hits' : `${grouped(count)}${more} ${count === 1 ? 'hit' : 'hits'}`;
  }

  async nextError(log: LogReader, from: number, filter: LogFilter): Promise<number | undefined> {
    this.#errors.abort();
    this.#errors = new AbortController();
    const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    return findLine(log, looksLikeError, { from, filter, pause }, this.#errors.signal);
  }

  stop(): void {
    this.#job = undefined;
    this.#jump = undefined;
    this.#errors.abort();
    clearImmediate(this.#timer);
    this.#timer = undefined;
  }

  #goOn(): void {
    const search = this.#job?.search;
    if (search === undefined) return;
    if (!search.done) this.#timer ??= setImmediate(() => this.#step());
    else if (this.#jump !== undefined) {
      const { from, direction, go } = this.#jump;
      this.#jump = undefined;
      const line = search.nearest(from, direction);
      if (line !== undefined) go(line);
    }
  }

  #step(): void {
    this.#timer = undefined;
    const end = performance.now() + slice;
    this.#job?.search.step(() => performance.now() >= end);
    this.#changed();
    this.#goOn();
  }
}

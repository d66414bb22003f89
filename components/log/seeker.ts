import { looksLikeError } from '../../source/dev/logs/error-lines.ts';
import { findLine } from '../../source/dev/logs/find-line.ts';
import type { LogFilter, LogReader } from '../../source/dev/logs/log-line.ts';
import { filterTest, LogSearch, queryTest } from '../../source/dev/logs/search.ts';
import { grouped } from '../../source/terminal/units.ts';
import { logsKey } from '../model/view-state.ts';

/** Milliseconds that looking may take until keys and frames have their turn. */
const slice = 8;

interface Job {
  readonly search: LogSearch;
  readonly log: LogReader;
  readonly key: string;
}

/** What is to be found: lines to jump to, and of all lines those that are shown. Undefined: nothing, and all. */
export interface Sought {
  readonly query: string | undefined;
  readonly only: string | undefined;
}

/** Looks for lines beside everything else: in small pieces, a new search cancels the one before. */
export class Seeker {
  readonly #changed: () => void;
  readonly #jobs: { query?: Job | undefined; only?: Job | undefined } = {};
  #jump: { readonly from: number; readonly direction: 1 | -1; readonly go: (line: number) => void } | undefined;
  #timer: NodeJS.Immediate | undefined;
  #errors = new AbortController();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** What is to be found now; called for each frame, since lines come and filters change. */
  use(log: LogReader, { query, only }: Sought, filter: LogFilter): void {
    const onlyTest = only ? filterTest(only) : undefined;
    const where = `${logsKey(filter)} ${only ?? ''}`;
    this.#set('only', log, where, filter, onlyTest);
    const test = query ? queryTest(query) : undefined;
    const both = test && onlyTest ? (text: string) => onlyTest(text) && test(text) : test;
    this.#set('query', log, `${where} ${query}`, filter, both);
    if (both === undefined) this.#jump = undefined;
    this.#goOn();
  }

  /** The lines that are shown; undefined: all. */
  get only(): LogSearch | undefined {
    return this.#jobs.only?.search;
  }

  /** Goes to the nearest hit once all are known. */
  jump(from: number, direction: 1 | -1, go: (line: number) => void): void {
    this.#jump = { from, direction, go };
    this.#goOn();
  }

  /** `3 of 17`, `17 hits`, `no hits` */
  describe(line: number | undefined): string {
    const search = this.#jobs.query?.search;
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
    this.#jobs.query = undefined;
    this.#jobs.only = undefined;
    this.#jump = undefined;
    this.#errors.abort();
    clearImmediate(this.#timer);
    this.#timer = undefined;
  }

  #set(
    name: 'query' | 'only',
    log: LogReader,
    key: string,
    filter: LogFilter,
    test: ((text: string) => boolean) | undefined,
  ): void {
    const job = this.#jobs[name];
    if (test === undefined) this.#jobs[name] = undefined;
    else if (job?.key !== key || job.log !== log) {
      this.#jobs[name] = { search: new LogSearch(log, test, filter), log, key };
    }
  }

  get #unfinished(): LogSearch | undefined {
    return [this.#jobs.only, this.#jobs.query].find((job) => job?.search.done === false)?.search;
  }

  #goOn(): void {
    const search = this.#jobs.query?.search;
    if (this.#unfinished !== undefined) this.#timer ??= setImmediate(() => this.#step());
    else if (this.#jump !== undefined && search !== undefined) {
      const { from, direction, go } = this.#jump;
      this.#jump = undefined;
      const line = search.nearest(from, direction);
      if (line !== undefined) go(line);
    }
  }

  #step(): void {
    this.#timer = undefined;
    const end = performance.now() + slice;
    this.#unfinished?.step(() => performance.now() >= end);
    this.#changed();
    this.#goOn();
  }
}

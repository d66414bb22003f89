/** Where a line comes from: the build's scripts, the application, or sti itself. */
export const logSources = ['assemble', 'app', 'sti'] as const;
export type LogSource = (typeof logSources)[number];

export interface LogLine {
  /** Without its newline; of control sequences it has colours only. */
  readonly text: string;
  readonly source: LogSource;
  /** The number of the build that it belongs to; 0: before the first. */
  readonly build: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Which lines to look at. */
export interface LogFilter {
  readonly sources: readonly LogSource[];
  /** Absent: of every build. */
  readonly build?: number;
}

export const everyLine: LogFilter = { sources: logSources };

/** Reading access to numbered lines. Numbers only ever grow; lines below `first` are forgotten. */
export interface LogReader {
  readonly first: number;
  /** The number of the first line that isn't finished: those from here on still change, their numbers too. */
  readonly unfinished: number;
  /** One more than the number of the last line. */
  readonly end: number;
  /** Grows with every change. */
  readonly version: number;
  line(number: number): LogLine | undefined;
  /** The first line from `number` on that the filter lets through. */
  next(number: number, filter: LogFilter): number | undefined;
  /** The last line up to `number` that the filter lets through. */
  previous(number: number, filter: LogFilter): number | undefined;
  /** How many lines in `from` ≤ number < `to` the filter lets through. */
  count(filter: LogFilter, from?: number, to?: number): number;
}

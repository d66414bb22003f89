/**
 * Where a line comes from: the build's scripts, the application, a request to it, or sti itself. Of sti's own lines those of
 * `build` begin and end a build, and what `detail` has is for who asks for all of them.
 */
export const logSources = ['assemble', 'app', 'request', 'sti', 'detail', 'build'] as const;
export type LogSource = (typeof logSources)[number];

/** What is shown of all of them while nothing else is asked for. */
export const usualSources: readonly LogSource[] = ['assemble', 'app', 'request', 'sti', 'build'];

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

/** Lines that are like each other, one after the other: their first and last number. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

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
  /** The run that the line is in; one of its own at least. */
  run(number: number): Run;
}

import type { LogReader } from '../../source/dev/logs/log-line.ts';

/** Which lines there are to see, one after the other. */
export interface LineSource {
  next(line: number): number | undefined;
  previous(line: number): number | undefined;
}

/** A longer run of like lines folds; so many of its lines stay at either end. */
const longest = 9;
const kept = 2;

/** How many lines are behind this one, if it stands for the middle of a run. */
export function foldedLines(log: LogReader, line: number): number | undefined {
  const { first, last } = log.run(line);
  return last - first + 1 > longest && line === first + kept ? last - first + 1 - 2 * kept : undefined;
}

/** The lines with one in the place of the middle of each long run. A run is shown as a whole or not at all. */
export function foldRuns(log: LogReader, lines: LineSource): LineSource {
  const hidden = (line: number | undefined): { readonly stand: number; readonly after: number } | undefined => {
    if (line === undefined) return undefined;
    const { first, last } = log.run(line);
    const isHidden = last - first + 1 > longest && line >= first + kept && line <= last - kept;
    return isHidden ? { stand: first + kept, after: last - kept + 1 } : undefined;
  };
  return {
    next(line) {
      const found = lines.next(line);
      const fold = hidden(found);
      if (fold === undefined || found === undefined) return found;
      return found <= fold.stand ? fold.stand : fold.after;
    },
    previous(line) {
      const found = lines.previous(line);
      return hidden(found)?.stand ?? found;
    },
  };
}

import type { LogFilter, LogReader } from './log-line.ts';

/**
 * Looks for the next line after `from` that passes, and beyond the end from the first on. Goes in pieces: `pause` is waited
 * for now and then, and what `signal` aborts finds nothing.
 */
export async function findLine(
  log: LogReader,
  passes: (text: string) => boolean,
  where: { readonly from: number; readonly filter: LogFilter; readonly pause: () => Promise<void> },
  signal: AbortSignal,
): Promise<number | undefined> {
  const { from, filter, pause } = where;
  const ranges = [
    [from + 1, log.end],
    [log.first, Math.min(from + 1, log.end)],
  ] as const;
  for (const [start, end] of ranges) {
    let looked = 0;
    let line = log.next(start, filter);
    while (line !== undefined && line < end) {
      if (passes(log.line(line)?.text ?? '')) return line;
      if (++looked % 2048 === 0) await pause();
      if (signal.aborted) return undefined;
      line = log.next(line + 1, filter);
    }
  }
  return undefined;
}

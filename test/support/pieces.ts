import type { OutputPiece } from '../../source/build/events.ts';
import type { LogBuffer, LogPiece } from '../../source/dev/logs/log-buffer.ts';
import { type LogFilter, logSources } from '../../source/dev/logs/log-line.ts';
import { createLineSplitter, type LineSplitter } from '../../source/terminal/lines.ts';
import { createSanitizer } from '../../source/terminal/sanitize.ts';

export const everyLine: LogFilter = { sources: logSources };

/** Makes the pieces of one script's output, as a build does. */
export function piecesOf(): (text: string, stream?: OutputPiece['stream']) => OutputPiece {
  const streams = { stdout: splitter(), stderr: splitter() };
  return (text, stream = 'stdout') => ({ stream, text, ...streams[stream](text) });
}

/** The first piece of an output. */
export function piece(text: string, stream: OutputPiece['stream'] = 'stdout'): OutputPiece {
  return piecesOf()(text, stream);
}

const streams = new WeakMap<LogBuffer, Map<string, ReturnType<typeof splitter>>>();

/** Puts a script's output into a log; each stream of a build is an output of its own. */
export function append(log: LogBuffer, { text, ...where }: Omit<LogPiece, 'lines' | 'open'> & { text: string }): void {
  const ofLog = streams.get(log) ?? new Map<string, ReturnType<typeof splitter>>();
  streams.set(log, ofLog);
  const key = `${where.source} ${where.stream} ${where.build}`;
  const split = ofLog.get(key) ?? splitter();
  ofLog.set(key, split);
  log.append({ ...where, ...split(text) });
}

function splitter(): (text: string) => { lines: string[]; open: string } {
  const sanitize = createSanitizer();
  const lines: LineSplitter = createLineSplitter();
  return (text) => ({ lines: lines.add(sanitize(text)), open: lines.open });
}

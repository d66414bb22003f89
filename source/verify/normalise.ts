import { sanitize } from '../terminal/sanitize.ts';

/** What differs from run to run although nothing does, with the word that takes its place; in this order. */
const passing: readonly (readonly [RegExp, string])[] = [
  // Fri, 28 Nov 2026 18:00:00 GMT · Fri Nov 28 18:00:00 2026 · Nov 28 18:00 · 28/Nov/2026:18:00:00 +0000
  [
    /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(?:\d{1,2}[ /-](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[ /-]\d{4}|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* [ \d]\d)(?:[ :,]+\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?: (?:\d{4}|GMT|UTC|[+-]\d{4}))*/g,
    '(time)',
  ],
  // 2026-11-28T18:00:00.123Z · 2026/11/28 18:00:00 · 2026-11-28
  [
    /\b\d{4}[-/]\d\d[-/]\d\d(?:[T _]\d\d[:_-]\d\d(?:[:_-]\d\d(?:[.,_]\d+)?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)(?![A-Za-z\d]))?)?/g,
    '(time)',
  ],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?: ?[AP]M\b)?/g, '(time)'],
  // Since the epoch, in seconds to nanoseconds, of this half of the century.
  [/\b[12]\d{9}(?:\.\d+|\d{3}|\d{6}|\d{9})?\b/g, '(time)'],
  [/\b\d+(?:\.\d+)? ?(?:ns|[µu]s|ms|msecs?|milliseconds?|s|secs?|seconds?)\b/g, '(duration)'],
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, '(id)'],
  [/\b(?=[a-f\d]*\d)[\da-f]{12,}\b/gi, '(id)'],
  [/\b(pid[ =:#]{1,2})\d+/gi, '$1(pid)'],
  [/\[\d+\]/g, '[(pid)]'],
  [/((?:^|[^\w/.-])(?:\/var)?\/tmp)\/[^\s/'",;:()[\]]+/g, '$1/(temporary)'],
  // Addresses that the engine gives to containers.
  [/\b(?:172\.(?:1[6-9]|2\d|3[01])|10\.\d{1,3}|192\.168)(?:\.\d{1,3}){2}\b/g, '(address)'],
  // Ports that the system chooses.
  [/([\w)\]]:|\bport[ =:]{1,2})(?:3[3-9]\d{3}|32[89]\d\d|327[7-9]\d|3276[89]|[45]\d{4}|6[0-5]\d{3})\b/gi, '$1(port)'],
];

/** A line without what differs from run to run anyhow: times, durations, ids, process ids, ports and paths of temporary files. */
export function normalise(line: string): string {
  return passing.reduce((text, [pattern, word]) => text.replace(pattern, word), sanitize(line)).trimEnd();
}

/** The lines of a text, each normalised. */
export function normaliseLines(text: string): string[] {
  const lines = text.split('\n').map(normalise);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** A path without the times and ids in the names of its files. */
export function normalisePath(path: string): string {
  return path
    .split('/')
    .map((name) => (/\d/.test(name) ? normalise(name) : name))
    .join('/');
}

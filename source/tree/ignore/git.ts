import { type CharSet, compileGlob, type Glob, type GlobToken } from './glob.ts';

export interface GitIgnore {
  ignores(path: string, isDirectory: boolean): boolean;
}

interface Pattern {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** Without a `/` but at its end, a pattern is about names at any depth. */
  readonly about: 'name' | 'path';
  readonly glob: Glob;
}

const maxKnownFolders = 10_000;

/** The rules of a `.gitignore`, as gitignore(5) and git's own matcher have them. Paths are relative and `/`-separated. */
export function parseGitIgnore(text: string): GitIgnore {
  const latestFirst = text
    .split('\n')
    .flatMap((line) => parseLine(line.replace(/\r$/, '')))
    .reverse();
  const ignoredFolders = new Map<string, boolean>();

  function ignores(path: string, isDirectory: boolean): boolean {
    const end = path.lastIndexOf('/');
    // "It is not possible to re-include a file if a parent directory of that file is excluded."
    if (end !== -1 && ignoresFolder(path.slice(0, end))) return true;
    const name = path.slice(end + 1);
    const last = latestFirst.find(
      ({ foldersOnly, about, glob }) => (isDirectory || !foldersOnly) && glob.matches(about === 'name' ? name : path),
    );
    return last?.negated === false;
  }

  function ignoresFolder(folder: string): boolean {
    const known = ignoredFolders.get(folder);
    if (known !== undefined) return known;
    const ignored = ignores(folder, true);
    if (ignoredFolders.size >= maxKnownFolders) ignoredFolders.clear();
    ignoredFolders.set(folder, ignored);
    return ignored;
  }

  return { ignores };
}

function parseLine(line: string): Pattern[] {
  if (line.startsWith('#')) return [];
  const negated = line.startsWith('!');
  const trimmed = withoutTrailingSpaces(negated ? line.slice(1) : line);
  const foldersOnly = trimmed.endsWith('/');
  const pattern = foldersOnly ? trimmed.slice(0, -1) : trimmed;
  const tokens = tokensOf(pattern.replace(/^\//, ''));
  if (tokens === undefined || tokens.length === 0) return [];
  return [{ negated, foldersOnly, about: pattern.includes('/') ? 'path' : 'name', glob: compileGlob(tokens) }];
}

/** A space behind a backslash stays. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ') end -= 1;
  let backslashes = 0;
  while (line[end - 1 - backslashes] === '\\') backslashes += 1;
  return line.slice(0, backslashes % 2 === 1 ? end + 1 : end);
}

/** undefined: git finds nothing by such a pattern, which ends within a set or behind a backslash. */
function tokensOf(pattern: string): GlobToken[] | undefined {
  const chars = Array.from(pattern);
  const tokens: GlobToken[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*') {
      const start = at;
      while (chars[at + 1] === '*') at += 1;
      // git compares a plain beginning by itself, so that what comes behind it counts as a beginning again.
      const begins = chars[start - 1] === '/' || !chars.slice(0, start).some((before) => '*?[\\'.includes(before));
      const isWhole = begins && [undefined, '/'].includes(chars[at + 1]);
      if (at === start || !isWhole) tokens.push('star');
      else if (at + 1 === chars.length) tokens.push('rest');
      else {
        tokens.push('folders');
        at += 1;
      }
    } else if (char === '[') {
      const set = parseSet(chars, at);
      if (set === undefined) return undefined;
      tokens.push(set.token);
      at = set.end;
    } else if (char === '\\') {
      at += 1;
      const escaped = chars[at];
      if (escaped === undefined) return undefined;
      tokens.push(codePoint(escaped));
    } else {
      tokens.push(char === '?' ? 'any' : codePoint(char));
    }
  }
  return tokens;
}

/** @param start of the `[`; `end` is that of its `]` */
function parseSet(chars: readonly string[], start: number): { token: CharSet; end: number } | undefined {
  let at = start + 1;
  const negated = chars[at] === '!' || chars[at] === '^';
  if (negated) at += 1;
  const ranges: [number, number][] = [];
  const first = at;
  for (; chars[at] !== ']' || at === first; at += 1) {
    const named = chars[at] === '[' && chars[at + 1] === ':' ? parseClass(chars, at) : undefined;
    if (named === 'unknown') return undefined;
    if (named !== undefined) {
      ranges.push(...named.ranges);
      at = named.end;
      continue;
    }
    if (chars[at] === '\\') at += 1;
    const from = chars[at];
    if (from === undefined) return undefined;
    let to = from;
    if (chars[at + 1] === '-' && chars[at + 2] !== undefined && chars[at + 2] !== ']') {
      at += chars[at + 2] === '\\' ? 3 : 2;
      to = chars[at] ?? '';
      if (to === '') return undefined;
    }
    // A range that runs backwards holds what it begins with.
    ranges.push([codePoint(from), Math.max(codePoint(from), codePoint(to))]);
  }
  return { token: { negated, ranges }, end: at };
}

/** `[:name:]` within a set; undefined: just its characters. */
function parseClass(
  chars: readonly string[],
  start: number,
): { ranges: readonly [number, number][]; end: number } | 'unknown' | undefined {
  const end = chars.indexOf(']', start + 2);
  if (end === -1) return 'unknown';
  if (chars[end - 1] !== ':' || end - 1 < start + 2) return undefined;
  const ranges = classes.get(chars.slice(start + 2, end - 1).join(''));
  return ranges === undefined ? 'unknown' : { ranges: ranges.map(rangeOf), end };
}

/** Of ASCII only, as git has them. */
const classes: ReadonlyMap<string, readonly string[]> = new Map([
  ['alnum', ['09', 'AZ', 'az']],
  ['alpha', ['AZ', 'az']],
  ['blank', ['  ', '\t\t']],
  ['cntrl', ['\x00\x1f', '\x7f\x7f']],
  ['digit', ['09']],
  ['graph', ['!~']],
  ['lower', ['az']],
  ['print', [' ~']],
  ['punct', ['!/', ':@', '[`', '{~']],
  ['space', ['\t\r', '  ']],
  ['upper', ['AZ']],
  ['xdigit', ['09', 'AF', 'af']],
]);

function rangeOf(range: string): [number, number] {
  return [range.charCodeAt(0), range.charCodeAt(1)];
}

function codePoint(char: string): number {
  return char.codePointAt(0) ?? 0;
}

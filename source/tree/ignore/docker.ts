import { posix } from 'node:path';
import { type CharSet, compileGlob, type Glob, type GlobToken, slash } from './glob.ts';

/** What `.dockerignore` patterns say about a path, which is relative and `/`-separated. */
export interface DockerIgnore {
  ignores(path: string): boolean;
  /** Whether a `!` pattern could bring back something below this ignored folder. */
  mayRescueInside(folder: string): boolean;
}

interface Pattern {
  readonly negated: boolean;
  /** Matches the path itself and everything below it. */
  readonly covers: Glob;
  /** One per path component; undefined where `**` makes the depth unknown. */
  readonly components: readonly (Glob | undefined)[];
}

/**
 * Docker's rules, which differ from git's: every pattern is rooted, a match covers everything below, the last match
 * wins, and `!` brings files back out of an ignored folder. Throws SyntaxError, naming the line, where Docker refuses it.
 */
export function parseDockerIgnore(text: string): DockerIgnore {
  const patterns = text.split('\n').flatMap(parseLine);
  const latestFirst = patterns.toReversed();
  const negated = patterns.filter((pattern) => pattern.negated);
  return {
    ignores: (path) => latestFirst.find((pattern) => pattern.covers.matches(path))?.negated === false,
    mayRescueInside: (folder) => negated.some((pattern) => mayMatchInside(pattern.components, folder.split('/'))),
  };
}

function parseLine(line: string): Pattern[] {
  const text = line.trim();
  if (line.startsWith('#') || text === '') return [];
  const negated = text.startsWith('!');
  const path = clean(negated ? text.slice(1).trim() : text);
  if (path === '') throw new SyntaxError(`the pattern ${JSON.stringify(text)} names nothing`);
  const tokens = tokensOf(path);
  return [{ negated, components: componentsOf(tokens), covers: compileGlob(tokens, { below: true }) }];
}

function componentsOf(tokens: readonly GlobToken[]): Pattern['components'] {
  const parts: GlobToken[][] = [[]];
  for (const token of tokens) {
    if (token === slash) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.map((part) => (part.includes('folders') || part.includes('rest') ? undefined : compileGlob(part)));
}

function clean(pattern: string): string {
  if (pattern === '') return '';
  return posix
    .normalize(pattern)
    .replace(/^\/(?=.)/, '')
    .replace(/(?<=.)\/$/, '');
}

function mayMatchInside(components: Pattern['components'], folder: readonly string[]): boolean {
  for (const [index, name] of folder.entries()) {
    if (index === components.length) return true;
    const component = components[index];
    if (component === undefined) return true;
    if (!component.matches(name)) return false;
  }
  return true;
}

function tokensOf(pattern: string): GlobToken[] {
  const chars = Array.from(pattern);
  const tokens: GlobToken[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*' && chars[at + 1] === '*') {
      // `**` takes the `/` after it, so that it stands for no folder as well.
      at += chars[at + 2] === '/' ? 2 : 1;
      tokens.push(at + 1 === chars.length ? 'rest' : 'folders');
    } else if (char === '*' || char === '?') {
      tokens.push(char === '*' ? 'star' : 'any');
    } else if (char === '[') {
      const { token, end } = parseSet(chars, at + 1, pattern);
      tokens.push(token);
      at = end;
    } else {
      if (char === '\\') at += 1;
      tokens.push(charAt(chars, at, pattern));
    }
  }
  return tokens;
}

/** @param start behind the `[`; `end` is where its `]` is */
function parseSet(chars: readonly string[], start: number, pattern: string): { token: CharSet; end: number } {
  const negated = chars[start] === '^';
  const ranges: [number, number][] = [];
  let at = negated ? start + 1 : start;
  const one = (): number => {
    if (chars[at] === '-' || chars[at] === ']') throw malformed(pattern);
    if (chars[at] === '\\') at += 1;
    at += 1;
    return charAt(chars, at - 1, pattern);
  };
  while (chars[at] !== ']' || ranges.length === 0) {
    const first = one();
    if (chars[at] !== '-') {
      ranges.push([first, first]);
      continue;
    }
    at += 1;
    const last = one();
    if (last < first) throw malformed(pattern);
    ranges.push([first, last]);
  }
  return { token: { negated, ranges }, end: at };
}

function charAt(chars: readonly string[], at: number, pattern: string): number {
  const char = chars[at]?.codePointAt(0);
  if (char === undefined) throw malformed(pattern);
  return char;
}

function malformed(pattern: string): SyntaxError {
  return new SyntaxError(`the pattern ${JSON.stringify(pattern)} has an unfinished set, range or escape`);
}

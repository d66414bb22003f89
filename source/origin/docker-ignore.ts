import { posix } from 'node:path';

/** What `.dockerignore` patterns say about a path, which is relative and `/`-separated. */
export interface DockerIgnore {
  ignores(path: string): boolean;
  /** Whether a `!` pattern could bring back something below this ignored folder. */
  mayRescueInside(folder: string): boolean;
}

interface Pattern {
  readonly negated: boolean;
  /** Matches the path itself and everything below it. */
  readonly covers: RegExp;
  /** One per path component; undefined where `**` makes the depth unknown. */
  readonly components: readonly (RegExp | undefined)[];
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
    ignores: (path) => latestFirst.find((pattern) => pattern.covers.test(path))?.negated === false,
    mayRescueInside: (folder) => negated.some((pattern) => mayMatchInside(pattern.components, folder.split('/'))),
  };
}

function parseLine(line: string): Pattern[] {
  const text = line.trim();
  if (line.startsWith('#') || text === '') return [];
  const negated = text.startsWith('!');
  const path = clean(negated ? text.slice(1).trim() : text);
  if (path === '') throw new SyntaxError(`the pattern ${JSON.stringify(text)} names nothing`);
  const components = path
    .split('/')
    .map((part) => (part.includes('**') ? undefined : new RegExp(`^${translate(part)}$`, 's')));
  return [{ negated, components, covers: new RegExp(`^${translate(path)}(?:/.*)?$`, 's') }];
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
    if (!component.test(name)) return false;
  }
  return true;
}

const token = /\*\*\/?|\*|\?|\[(\^?)((?:\\.|[^\]\\])+)\]|\\?./gsu;

function translate(pattern: string): string {
  return pattern.replace(token, (text, caret: string | undefined, set: string | undefined, offset: number) => {
    // `**` takes the `/` after it, so that it stands for no folder as well.
    if (text.startsWith('**')) return offset + text.length === pattern.length ? '.*' : '(?:.*/)?';
    if (text === '*') return '[^/]*';
    if (text === '?') return '[^/]';
    if (set !== undefined) return `[${caret}${translateSet(set)}]`;
    if (text !== '[' && text !== '\\') return literal(text.slice(-1));
    throw new SyntaxError(`the pattern ${JSON.stringify(pattern)} has an unfinished "${text}"`);
  });
}

/** Ranges stay ranges; everything else stands for itself. */
function translateSet(set: string): string {
  return set.replace(/\\?./gsu, (text) => (text === '-' ? '-' : literal(text.slice(-1))));
}

function literal(char: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
}

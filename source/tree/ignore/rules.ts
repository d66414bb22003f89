import { join, relative } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import { messageOf, StiError } from '../../errors.ts';
import { parseDockerIgnore } from './docker.ts';
import { parseGitIgnore } from './git.ts';

export const ignoreFileNames = ['.stiignore', '.s2iignore', '.dockerignore'] as const;
/** Far above what people write: each name of the source is matched with each pattern. */
const maxBytes = 128 * 1024;
const maxPatterns = 10_000;

/** Which paths of the source stay out of the build. Paths are relative to the context root, `/`-separated. */
export interface IgnoreRules {
  /** The file the rules came from, relative to the source's root. */
  readonly file: string;
  ignores(path: string, isDirectory: boolean): boolean;
  /** Whether something below this ignored folder may still be wanted, so that it must be looked at. */
  mayRescueInside(path: string): boolean;
}

type Matcher = Omit<IgnoreRules, 'file'>;

/**
 * The first ignore file of the context dir, else of the source's root (docs/protocol.md, "Source"), with what is to be left
 * out beside; both folders are real paths.
 */
export async function loadIgnore(
  root: string,
  contextRoot: string,
  { exclude, signal }: { readonly exclude?: RegExp | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<IgnoreRules | undefined> {
  return withExcluded(await findIgnore(root, contextRoot, signal), exclude);
}

async function findIgnore(
  root: string,
  contextRoot: string,
  signal: AbortSignal | undefined,
): Promise<IgnoreRules | undefined> {
  for (const folder of contextRoot === root ? [root] : [contextRoot, root]) {
    for (const name of ignoreFileNames) {
      const text = await readInside(root, join(folder, name), signal);
      if (text === undefined) continue;
      const file = relative(root, join(folder, name));
      return { file, ...below(relative(folder, contextRoot), parse(name, file, text)) };
    }
  }
  return undefined;
}

/** Leaves out what a regular expression matches as well; a folder stays where something in it does. */
function withExcluded(rules: IgnoreRules | undefined, exclude: RegExp | undefined): IgnoreRules | undefined {
  if (exclude === undefined) return rules;
  const ignored = (path: string, isDirectory: boolean) => rules?.ignores(path, isDirectory) ?? false;
  return {
    file: rules === undefined ? '--exclude' : `${rules.file} with --exclude`,
    ignores: (path, isDirectory) => ignored(path, isDirectory) || exclude.test(path),
    mayRescueInside: (path) => !ignored(path, true) || (rules?.mayRescueInside(path) ?? false),
  };
}

/** An ignore file may be a link, but one that leads out of the source is as good as absent. */
async function readInside(root: string, path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const read = await readBounded(path, { maxBytes, links: { inside: root }, signal });
  if (read.outcome === 'content') return read.content.toString('utf8').replace(/^\uFEFF/, '');
  if (read.outcome === 'absent' || read.reason === 'not-a-file' || read.reason === 'outside') return undefined;
  throw new StiError('source', `the ignore file ${path} ${read.message}`, {
    cause: read.cause,
    hint: 'Make it a file of patterns that you can read, or remove it.',
  });
}

function parse(name: (typeof ignoreFileNames)[number], file: string, text: string): Matcher {
  if (text.split('\n', maxPatterns + 1).length > maxPatterns) {
    throw new StiError('source', `the ignore file ${file} has more than ${maxPatterns} lines`, {
      hint: 'Name folders or use wildcards instead of single files.',
    });
  }
  try {
    // Nothing comes back out of a folder that git ignores.
    return name === '.dockerignore'
      ? parseDockerIgnore(text)
      : { ...parseGitIgnore(text), mayRescueInside: () => false };
  } catch (error) {
    throw new StiError('source', `${file} can't be parsed: ${messageOf(error)}`, {
      cause: error,
      hint: `Correct the pattern in ${file}.`,
    });
  }
}

function below(prefix: string, matcher: Matcher): Matcher {
  if (prefix === '') return matcher;
  return {
    ignores: (path, isDirectory) => matcher.ignores(`${prefix}/${path}`, isDirectory),
    mayRescueInside: (path) => matcher.mayRescueInside(`${prefix}/${path}`),
  };
}

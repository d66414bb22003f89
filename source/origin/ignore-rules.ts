import { readFile, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { messageOf, StiError } from '../errors.ts';
import { parseDockerIgnore } from './docker-ignore.ts';
import { hasCode } from './file-errors.ts';

export const ignoreFileNames = ['.stiignore', '.s2iignore', '.dockerignore'] as const;
const largestFile = 1024 * 1024;

/** Which paths of the source stay out of the build. Paths are relative to the context root, `/`-separated. */
export interface IgnoreRules {
  /** The file the rules came from, relative to the source's root. */
  readonly file: string;
  ignores(path: string, isDirectory: boolean): boolean;
  /** Whether something below this ignored folder may still be wanted, so that it must be looked at. */
  mayRescueInside(path: string): boolean;
}

type Matcher = Omit<IgnoreRules, 'file'>;

/** The first ignore file of the context dir, else of the source's root (PROTOCOL.md, "Source"); both are real paths. */
export async function loadIgnore(root: string, contextRoot: string): Promise<IgnoreRules | undefined> {
  for (const folder of contextRoot === root ? [root] : [contextRoot, root]) {
    for (const name of ignoreFileNames) {
      const text = await readInside(root, join(folder, name));
      if (text === undefined) continue;
      const file = relative(root, join(folder, name));
      return { file, ...below(relative(folder, contextRoot), await parse(name, file, text)) };
    }
  }
  return undefined;
}

/** An ignore file may be a link, but one that leads out of the source is as good as absent. */
async function readInside(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    const details = await stat(real);
    if (!details.isFile() || relative(root, real).split('/')[0] === '..') return undefined;
    if (details.size > largestFile) throw new StiError('source', `the ignore file ${path} is larger than 1 MiB`);
    return (await readFile(real, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof StiError) throw error;
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw new StiError('source', `the ignore file ${path} can't be read: ${messageOf(error)}`, { cause: error });
  }
}

async function parse(name: (typeof ignoreFileNames)[number], file: string, text: string): Promise<Matcher> {
  try {
    return name === '.dockerignore' ? parseDockerIgnore(text) : await parseGitIgnore(text);
  } catch (error) {
    throw new StiError('source', `${file} can't be understood: ${messageOf(error)}`, {
      cause: error,
      hint: `Correct the pattern in ${file}.`,
    });
  }
}

async function parseGitIgnore(text: string): Promise<Matcher> {
  const { default: ignore } = await import('ignore');
  const rules = ignore({ ignorecase: false }).add(text);
  return {
    ignores: (path, isDirectory) => rules.ignores(isDirectory ? `${path}/` : path),
    // "It is not possible to re-include a file if a parent directory of that file is excluded" (gitignore).
    mayRescueInside: () => false,
  };
}

function below(prefix: string, matcher: Matcher): Matcher {
  if (prefix === '') return matcher;
  return {
    ignores: (path, isDirectory) => matcher.ignores(`${prefix}/${path}`, isDirectory),
    mayRescueInside: (path) => matcher.mayRescueInside(`${prefix}/${path}`),
  };
}

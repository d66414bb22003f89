import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, StiError } from '../errors.ts';
import { templateFolder } from './folder.ts';
import { type RenderOptions, render } from './render.ts';

/** Messages name so many files, and say how many more there are. */
const maxNames = 5;

/**
 * Writes a builder into a folder, which is made if it isn't there. Nothing is written where a file of it is there already,
 * and nothing stays when not all of it could be written.
 * @returns the paths of its files in the folder
 * @throws StiError `usage`
 */
export async function createBuilder(folder: string, shown: string, options: RenderOptions): Promise<string[]> {
  const template = templateFolder(options.template);
  const found = await readdir(template, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(template.length + 1))
    .sort();
  const there = await Promise.all(paths.map(async (path) => ((await isThere(join(folder, path))) ? [path] : [])));
  refuseExisting(shown, there.flat());
  const made: string[] = [];
  try {
    for (const path of paths) {
      const target = join(folder, path);
      const firstMade = await mkdir(dirname(target), { recursive: true });
      if (firstMade !== undefined) made.push(firstMade);
      const content = render(await readFile(join(template, path)), options);
      await writeFile(target, content, { flag: 'wx', mode: isScript(content) ? 0o755 : 0o644 });
      made.push(target);
    }
  } catch (cause) {
    for (const path of made.reverse()) await rm(path, { recursive: true, force: true });
    throw new StiError('usage', `${shown} can't be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a folder that you can write, or one that is not there yet.',
    });
  }
  return paths;
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function refuseExisting(shown: string, there: readonly string[]): void {
  if (there.length === 0) return;
  const more = there.length > maxNames ? ` and ${there.length - maxNames} more` : '';
  const names = there.slice(0, maxNames).join(', ') + more;
  throw new StiError('usage', `${shown} has ${names} already; nothing was written`, {
    hint: 'Name a folder that is empty or not there yet.',
  });
}

function isScript(content: Buffer): boolean {
  return content.subarray(0, 2).toString('latin1') === '#!';
}

import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';

/** The real path of what a path leads to, or would lead to if it were there; undefined when that isn't inside of a folder. */
export async function realPathInside(folder: string, path: string): Promise<string | undefined> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined) return (await isInside(folder, real)) ? real : undefined;
  // A link that leads to nothing yet may lead anywhere.
  if (dirname(path) === path || (await lstat(path).catch(() => undefined)) !== undefined) return undefined;
  const parent = await realPathInside(folder, dirname(path));
  return parent && join(parent, basename(path));
}

async function isInside(folder: string, real: string): Promise<boolean> {
  const root = await realpath(folder);
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}

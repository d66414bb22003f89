import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/** How long a look at the disk holds; milliseconds. Frames ask again and again. */
const holdsMs = 2_000;
const most = 500;
const deepest = 20;
/** What is there is the image's own, whatever the user's files are called. */
const foreign = /^\/(usr|lib|lib64|bin|sbin|etc|proc|sys|dev)\//;

/**
 * Finds the user's file for a container's path. Builders copy the source to where they like, so it's the file with the longest
 * end of the path that is in the folder. Nothing outside of the folder is looked at.
 */
export function createFileHere(folder: () => string, now = Date.now): (path: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  let lookedAt = 0;
  return (path) => {
    if (now() - lookedAt > holdsMs || known.size > most) {
      known.clear();
      lookedAt = now();
    }
    if (!known.has(path)) known.set(path, find(folder(), path));
    return known.get(path);
  };
}

function find(folder: string, path: string): string | undefined {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (!folder.startsWith('/') || foreign.test(path) || names.includes('..') || names.length > deepest) return undefined;
  // A file of a package is not the user's file of the same name.
  const last = names.indexOf('node_modules');
  const ends = names.slice(0, last < 0 ? names.length : last + 1).map((_name, start) => names.slice(start).join('/'));
  return ends.find((end) => isFile(join(folder, end)));
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

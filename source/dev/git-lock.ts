import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Whether git is at work on the files of this folder. It holds the lock of its index from before the first file that a
 * checkout, a merge or a stash writes until after the last one.
 *
 * @param folder absolute; its repository may begin above it
 */
export function isGitWriting(folder: string): boolean {
  const own = join(folder, '.git');
  if (existsSync(own)) return existsSync(join(gitFolder(own), 'index.lock'));
  const parent = dirname(folder);
  return parent !== folder && isGitWriting(parent);
}

/** Work trees and submodules have a file in its place, which says where it is. */
function gitFolder(path: string): string {
  try {
    const [, named = ''] = /^gitdir: (.+)/.exec(readFileSync(path, 'utf8')) ?? [];
    return resolve(dirname(path), named);
  } catch {
    return path;
  }
}

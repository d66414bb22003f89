import { lstatSync } from 'node:fs';
import { readExactly } from '../../../tree/content.ts';
import { treeDelta } from '../../../tree/sync.ts';
import type { FileEntry, FileTree } from '../../../tree/tree.ts';
import { digestOf } from '../layers/read.ts';

/** Nothing is learned from more at once. */
export const mostFiles = 200;
export const mostBytes = 16 * 1024 * 1024;

/** Digests of what files of a state have in them, by path. */
export type Contents = ReadonlyMap<string, string>;

/** Those of the files that are not as they were in another state, as long as they are there and not too many. */
export function contentsSince(before: FileTree, { root, entries }: FileTree): Contents {
  const contents = new Map<string, string>();
  const files = treeDelta(before.entries, entries).bring.filter((entry) => entry.type === 'file');
  if (files.length > mostFiles || files.reduce((sum, { size }) => sum + size, 0) > mostBytes) return contents;
  for (const file of files) {
    const content = digestOfFile(root, file);
    if (content !== undefined) contents.set(file.path, content);
  }
  return contents;
}

/** undefined: what was seen there is there no more, though the watcher may not know it yet. */
function digestOfFile(root: string, entry: FileEntry): string | undefined {
  try {
    const content = readExactly(root, entry);
    return entry.growing || lstatSync(`${root}/${entry.path}`).mtimeMs === entry.mtimeMs
      ? digestOf(content)
      : undefined;
  } catch {
    return undefined;
  }
}

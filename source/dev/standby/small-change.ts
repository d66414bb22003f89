import { gateLine, type PutFile } from '../../protocol/gate/program.ts';
import { readExactly } from '../../tree/content.ts';
import type { TreeDelta } from '../../tree/sync.ts';
import type { FileEntry, TreeEntry } from '../../tree/tree.ts';

/**
 * How much the gate is given to write. A shell reads a byte a system call: 3 µs each, so that this takes 45 ms, where the
 * `exec` that unpacks a tar takes 115 to 160. Bytes, as escaped.
 */
const mostBytes = 16 * 1024;
const mostFiles = 20;

/** The files of a change that is nothing but new content of a few files; undefined: it's more, or too much. */
export function smallChange(before: readonly TreeEntry[], { bring, remove }: TreeDelta): FileEntry[] | undefined {
  if (remove.length > 0 || bring.length === 0 || bring.length > mostFiles) return undefined;
  const old = new Map(before.filter(isFile).map(({ path, mode }) => [path, mode]));
  const mayPut = ({ path, mode }: FileEntry) => old.get(path) === mode && (mode & 0o200) !== 0 && !path.includes('\n');
  const files = bring.filter(isFile).filter(mayPut);
  const bytes = files.reduce((sum, { path, size }) => sum + path.length + size, 0);
  return files.length === bring.length && bytes <= mostBytes ? files : undefined;
}

/** Their content for `BuildContainer.put`; undefined: escaped, it's too much. Throws as packing them would. */
export function readSmall(root: string, entries: readonly FileEntry[]): PutFile[] | undefined {
  const files = entries.map((entry) => ({ path: entry.path, content: readExactly(root, entry) }));
  return gateLine({ verb: 'put', files }).length <= mostBytes ? files : undefined;
}

function isFile(entry: TreeEntry): entry is FileEntry {
  return entry.type === 'file';
}

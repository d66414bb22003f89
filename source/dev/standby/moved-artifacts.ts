import type { FileTree } from '../../tree/tree.ts';

/** Up to here a copy costs no more than what it takes to spare it. */
const cheapCopy = { entries: 100, bytes: 4_000_000 };

/**
 * Whether assemble moves artifacts (`mv /tmp/artifacts/node_modules …`), and so many that copying them counts.
 *
 * @param left names that are still directly in the folder of the artifacts after assemble
 */
export function movesMany(artifacts: FileTree, left: readonly string[]): boolean {
  const names = new Set(left);
  const moved = artifacts.entries.filter(({ path }) => !names.has(path.replace(/\/.*/, '')));
  const bytes = moved.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
  return moved.length > cheapCopy.entries || bytes > cheapCopy.bytes;
}

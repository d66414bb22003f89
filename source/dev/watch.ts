import { realpath } from 'node:fs/promises';
import type { FileTree } from '../origin/tree.ts';
import type { Change } from './watch-state.ts';
import { TreeWatcher } from './watch-tree.ts';

export type { Change } from './watch-state.ts';

export interface Batch {
  /**
   * What differs from the batch before, content or mode; never empty. Removals come first, children before parents;
   * then the rest, parents before children.
   */
  readonly changes: readonly Change[];
  /** The whole tree as it is now, ignore rules applied. */
  readonly tree: FileTree;
  /** When the first event of it came, ms since the epoch. */
  readonly at: number;
}

export interface Watcher {
  /** The tree as last seen. */
  tree(): FileTree;
  /** Whether the ignore rules keep the file at this path out of the tree. */
  leavesOut(path: string): boolean;
  /** Looks at everything again and reports a batch when something was missed. */
  reconcile(): Promise<void>;
  close(): Promise<void>;
}

export interface WatchOptions {
  /** The context root, a real path. */
  readonly root: string;
  /** Where the source begins: an ignore file may stand there too. */
  readonly sourceRoot: string;
  /** Fixed quiet time in ms that ends a batch. */
  readonly debounce?: number;
  readonly poll?: boolean;
  readonly onBatch: (batch: Batch) => void;
  readonly onNotice: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Watches a source folder and tells of saves. Resolves when it is watching and the first tree is known; rejects with
 * code `source` where `sti build` would, and with the signal's reason. Once it watches, nothing ends it but `close` and
 * the signal: whatever goes wrong is a notice, and the tree is looked at again.
 */
export async function watchTree(options: WatchOptions): Promise<Watcher> {
  const watcher = new TreeWatcher({ ...options, sourceRoot: await realpath(options.sourceRoot) });
  await watcher.start();
  return watcher;
}

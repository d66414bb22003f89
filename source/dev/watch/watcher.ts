import type { FileTree } from '../../tree/tree.ts';
import type { Change } from './state.ts';

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
  /** The context root, as it was named: when a link in it is led elsewhere, the tree is the one over there. */
  readonly root: string;
  /** Where the source begins, as it was named: an ignore file may be there too. */
  readonly sourceRoot: string;
  /** Paths that are left out, beside those of the ignore file. */
  readonly exclude?: RegExp | undefined;
  /** Fixed quiet time in ms that ends a batch. */
  readonly debounce?: number;
  readonly poll?: boolean;
  readonly onBatch: (batch: Batch) => void;
  readonly onNotice: (text: string) => void;
  readonly signal: AbortSignal;
}

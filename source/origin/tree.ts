/**
 * A file tree as a build takes it: where its files are on this machine, and which of them go in, after ignore rules.
 * Shared by folders, clones, archives and single files; the transports copy or pack it.
 */
export interface FileTree {
  /** Absolute path that every entry's `path` is relative to. */
  readonly root: string;
  /** Parents before their children, in a stable order; `/`-separated, no leading `/` or `./`. The root itself is not listed. */
  readonly entries: readonly TreeEntry[];
  /** The root is a temporary copy of sti's own, so its files may be moved instead of copied. */
  readonly disposable: boolean;
}

export type TreeEntry = {
  readonly path: string;
  /** Permission bits, without set-id bits. */
  readonly mode: number;
  /** Modification time, milliseconds since the epoch. */
  readonly mtimeMs: number;
} & (
  | {
      readonly type: 'file';
      readonly size: number;
      /** Of the content, where neither size nor time tell it from what was there before. */
      readonly hash?: string;
    }
  | { readonly type: 'directory' }
  | { readonly type: 'link'; readonly target: string }
);

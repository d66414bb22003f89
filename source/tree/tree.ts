/**
 * A file tree as a build takes it: where its files are on this machine, and which of them go in, after ignore rules.
 * Shared by folders, clones, archives and single files; the transports copy or pack it.
 */
export interface FileTree {
  /** Absolute path that every entry's `path` is relative to; or that of an archive, where entries have offsets. */
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
      /** Tells its content from another one of the same size and time: copies with the same version are alike. */
      readonly version?: number;
      /** Its content begins there in the file that the tree's root is: an archive. */
      readonly offset?: number;
      /** Somebody is adding to it: its first `size` bytes are what is meant. */
      readonly growing?: boolean;
    }
  | { readonly type: 'directory' }
  | { readonly type: 'link'; readonly target: string }
);

export type FileEntry = TreeEntry & { readonly type: 'file' };

/** What the owner of a folder needs to change what is in it. */
export const ownerAll = 0o700;

/** A folder that its owner can't change: whoever fills it gives it its mode last. */
export function isClosed({ type, mode }: TreeEntry): boolean {
  return type === 'directory' && (mode & ownerAll) !== ownerAll;
}

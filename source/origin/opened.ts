import type { FileTree } from '../tree/tree.ts';

export interface OpenOptions {
  /** `--ref`; beats the `#ref` of the source. */
  readonly ref?: string | undefined;
  readonly contextDir?: string | undefined;
  readonly exclude?: RegExp | undefined;
  readonly ignoreSubmodules?: boolean | undefined;
  /** A file of whom to trust instead of the system's authorities. */
  readonly authorities?: string | undefined;
  /** An existing, private and empty folder for clones, downloads and unpacked archives. */
  readonly workDir: string;
  readonly signal?: AbortSignal | undefined;
  readonly onStatus?: ((text: string) => void) | undefined;
}

export interface OpenedSource {
  /** What goes in: the context dir's content, ignore rules applied. */
  readonly tree: FileTree;
  /** For the label `source-location`; secrets are already taken out. */
  readonly location: string;
  readonly contextDir?: string;
  readonly revision?: Revision;
  /** Files and links. */
  readonly fileCount: number;
  readonly bytes: number;
  readonly warnings: readonly string[];
}

/** The git commit that was taken, for the labels `commit.*` (docs/protocol.md, "commit"). */
export interface Revision {
  readonly id: string;
  /** The branch or tag, else what was asked for, else the id. */
  readonly ref: string;
  /** `Name <email>` */
  readonly author: string;
  /** ISO 8601 */
  readonly date: string;
  /** The subject, at most 80 characters. */
  readonly message: string;
  /** The checkout had more than this commit: changed, staged or untracked files. */
  readonly dirty?: boolean;
}

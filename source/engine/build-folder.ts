/** Builds the Dockerfile of a folder, where `--builder` asks for a program of this machine; `failure` is the program's word for what went wrong in it. */
export type BuildFolder = (
  folder: string,
  spec: FolderSpec,
  signal: AbortSignal,
) => Promise<{ readonly imageId: string } | { readonly failure: string }>;

interface FolderSpec {
  /** Absolute: a folder for what the program writes. */
  readonly scratch: string;
  /** Nothing that an earlier build has left is used. */
  readonly clean: boolean;
  readonly settings?: FolderSettings | undefined;
  /** Files that it may mount. */
  readonly secrets?: readonly SecretFile[] | undefined;
  /** Hears lines of what its scripts print. */
  readonly onOutput: (text: string) => void | Promise<void>;
  /** Hears lines of what it says itself. */
  readonly onStatus: (line: string) => void;
}

export interface SecretFile {
  readonly id: string;
  /** Absolute. */
  readonly path: string;
}

/** As of a container's settings. */
export interface FolderSettings {
  readonly network?: string | undefined;
  readonly addHost?: readonly string[];
  readonly platform?: string | undefined;
}

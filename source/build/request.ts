/** One build as the user asked for it: validated, nothing looked up yet. */
export interface BuildRequest {
  /** SOURCE as written: a folder, a file, an archive, or a URL. */
  readonly source: string;
  /** The builder image's reference as written. */
  readonly builder: string;
  /** The output image's reference as written; absent: the image is built and not tagged. */
  readonly tag?: string;
  /** `--ref`; beats a `#ref` of the source. */
  readonly ref?: string;
  readonly contextDir?: string;
  /** `--scripts` URL. */
  readonly scriptsUrl?: string;
  /** `-e`, in the order given: later wins. */
  readonly env: readonly EnvironmentVariable[];
  /** `--env-file` contents already read and parsed; `-e` beats them. */
  readonly envFile: readonly EnvironmentVariable[];
  readonly labels: Readonly<Record<string, string>>;
  readonly assembleUser?: string;
  readonly clean: boolean;
  /** `--rm`: remove the previous image after the new one is tagged. */
  readonly removePrevious: boolean;
  readonly pullPolicy: PullPolicy;
  readonly callbackUrl?: string;
  /** `--savetempdir`: keep the working folder and say where it is. */
  readonly keepWorkspace: boolean;
  /** How long save-artifacts may take, in milliseconds. */
  readonly artifactsTimeout: number;
  /** Hidden `--transport`: force a way in (PROTOCOL.md, "What goes in"). */
  readonly transport?: TransportName;
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

export type PullPolicy = 'always' | 'if-not-present' | 'never';
export const transportNames = ['bind', 'stream', 'upload'] as const;
export type TransportName = (typeof transportNames)[number];

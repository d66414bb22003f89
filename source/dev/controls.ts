/** What a face may ask of a running `sti dev`. Each call returns at once; events tell what came of it. */
export interface DevControls {
  buildNow(): void;
  /** Builds without the artifacts of the previous image. */
  buildClean(): void;
  /** Starts the application again, also after it ended by itself. */
  restart(): void;
  /** Whether saves are left alone. */
  pause(paused: boolean): void;
  shellTarget(): ShellTarget | undefined;
}

/** The container of the running application or, after a failed assemble, one of that failed state. */
export interface ShellTarget {
  readonly containerId: string;
  readonly engine: 'docker' | 'podman';
  /** What it is, in words. */
  readonly what: string;
}

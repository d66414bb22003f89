import type { Observing } from './inspect.ts';

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
  readonly observe: Observing;
}

/** The container of the running application or, after a failed assemble, one of that failed state. */
export interface ShellTarget {
  readonly containerId: string;
  readonly engine: 'docker' | 'podman';
  /** What it is, in words. */
  readonly what: string;
}

export function shellTarget(
  engine: ShellTarget['engine'],
  failed: string | undefined,
  app: string | undefined,
): ShellTarget | undefined {
  if (failed !== undefined) return { containerId: failed, engine, what: 'the container of the failed assemble' };
  return app === undefined ? undefined : { containerId: app, engine, what: 'the application' };
}

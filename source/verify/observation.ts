import type { Listener } from '../run/listeners.ts';
import type { HttpRequest } from './request.ts';

/** All that was seen of what one builder made of the source: plain data. */
export interface Observation {
  readonly image: ImageObservation;
  /** What either builder's assemble has changed, as it is in this image; absent: it isn't in it. By path. */
  readonly files: ReadonlyMap<string, string>;
  readonly runs: readonly RunObservation[];
}

interface ImageObservation {
  readonly user: string;
  /** `NAME=VALUE` */
  readonly env: readonly string[];
  /** `8080/tcp` */
  readonly exposedPorts: readonly string[];
  /** Bytes. */
  readonly size: number;
  readonly addedBytes: number;
}

/** One start of the application, to its end. */
export interface RunObservation {
  readonly start:
    | { readonly how: 'ready' | 'ended' }
    /** Not ready in time; or the engine can't start it, and it has no end. `why` is without what differs from run to run. */
    | { readonly how: 'silent' | 'refused'; readonly why: string };
  /** From the call that starts the container until it was ready, or had ended. */
  readonly startMs: number;
  readonly end: { readonly how: 'by itself' | 'by its stop signal' | 'killed'; readonly ms: number };
  readonly exitCode: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** What could be seen while it ran; undefined: it was never ready. */
  readonly live: LiveObservation | undefined;
}

export interface LiveObservation {
  readonly responses: readonly ResponseObservation[];
  readonly commands: readonly CommandObservation[];
  readonly listeners: readonly Listener[];
  readonly process: ProcessObservation;
}

export interface ResponseObservation {
  readonly request: HttpRequest;
  readonly answer:
    | {
        readonly status: number;
        readonly headers: readonly (readonly [name: string, value: string])[];
        readonly body: BodyObservation;
      }
    /** Why there was none. */
    | string;
}

export interface BodyObservation {
  /** Bytes. */
  readonly length: number;
  /** Of text without what differs from run to run. */
  readonly digest: string;
  /** undefined: it is none, or too long to be compared by lines. */
  readonly text: string | undefined;
}

export interface CommandObservation {
  readonly command: string;
  readonly exitCode: number;
  /** stdout and stderr, as they came. */
  readonly output: string;
}

/** The application's first process; undefined: the container couldn't tell. */
export interface ProcessObservation {
  /** `uid:gid`, and further groups. */
  readonly user: string | undefined;
  /** `NAME=VALUE` */
  readonly env: readonly string[] | undefined;
}

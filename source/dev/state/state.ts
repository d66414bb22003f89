import type { ChangedFile, SavedFile, StepName } from '../../build/events.ts';
import type { StiError } from '../../errors.ts';
import type { DevSummary } from '../events.ts';
import type { RequestRecord } from '../proxy/record.ts';

export interface StepState {
  readonly name: StepName;
  /** `skipped`: it will never come, or never end; the summary says why. */
  readonly status: 'waiting' | 'running' | 'ok' | 'failed' | 'skipped';
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Absent: still running, or nobody measured it. */
  readonly ms?: number;
  readonly summary: string;
  /** What the summary tells of ends by itself after `ms`, counted from `since`. */
  readonly limit?: { readonly since: number; readonly ms: number };
}

type BuildEnd = 'running' | 'served' | 'built' | 'failed' | 'superseded';

/** One state of the source on its way to being served, or one `sti build`. */
export interface BuildState {
  readonly number: number;
  readonly at: number;
  readonly why: string;
  /** The first few of `changed` many paths. */
  readonly changes: readonly string[];
  readonly changed: number;
  readonly steps: readonly StepState[];
  readonly end: BuildEnd;
  /** Its assemble had to wait for those of other applications. */
  readonly hadToWait?: true;
  /** From the save to being served, or to the failure. */
  readonly ms?: number;
  readonly failure?: BuildFailure;
  /** How the application came to run, and why that way. */
  readonly path?: string;
  /** What its image has over the builder; remembered of the last few that have one. */
  readonly image?: readonly ChangedFile[];
}

export interface BuildFailure {
  readonly message: string;
  readonly hint: string | undefined;
  readonly lastLines: readonly string[];
  readonly step: StepName | undefined;
}

export interface ArtifactsState {
  readonly cycle: number;
  readonly files: number;
  readonly bytes: number;
  readonly from: string;
  readonly entries: readonly SavedFile[];
}

export interface ImageState {
  /** The build whose state it is. */
  readonly cycle: number;
  readonly imageId: string;
  /** Absent until the engine was asked. */
  readonly bytes?: number;
  readonly addedBytes?: number;
  readonly changes?: readonly ChangedFile[];
}

export interface Interruption {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: StiError['code'];
  readonly message: string;
  readonly hint: string | undefined;
  readonly until: 'it is over' | 'asked again';
}

/** Everything that a face shows of one application, but for its log. */
export interface DevState {
  readonly source: string;
  readonly builder: string;
  readonly tag: string | null;
  /** Oldest first; the oldest are forgotten. */
  readonly builds: readonly BuildState[];
  /** Steps that no build has yet: those before the first one, and a preparation between two. */
  readonly waitingSteps: readonly StepState[];
  readonly serving: { readonly cycle: number; readonly urls: readonly string[] } | undefined;
  /** The application ended by itself, and nothing is served since. */
  readonly exited:
    | { readonly cycle: number; readonly exitCode: number; readonly lastLines: readonly string[] }
    | undefined;
  /** The last build was served wrong for so long, because a save was only copied; until the next build. */
  readonly corrected: { readonly cycle: number; readonly ms: number; readonly why: string } | undefined;
  /** Why nothing can be built. */
  readonly interrupted: Interruption | undefined;
  /** How often something went wrong: tells what a person chose before it from what they chose since. */
  readonly troubles: number;
  readonly paused: boolean;
  /** The last 1,000, oldest first. */
  readonly requests: readonly RequestRecord[];
  readonly artifacts: ArtifactsState | undefined;
  readonly image: ImageState | undefined;
  readonly lastWarning: string | undefined;
  readonly finished: DevSummary | 'built' | 'failed' | undefined;
}

export const initialState: DevState = {
  source: '',
  builder: '',
  tag: null,
  builds: [],
  waitingSteps: [],
  serving: undefined,
  exited: undefined,
  corrected: undefined,
  interrupted: undefined,
  troubles: 0,
  paused: false,
  requests: [],
  artifacts: undefined,
  image: undefined,
  lastWarning: undefined,
  finished: undefined,
};

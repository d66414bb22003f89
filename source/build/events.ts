import type { StiError } from '../errors.ts';

/**
 * The steps of one build, in the order in which a person reads them (TUI.md, "Lines"). Two are `sti dev`'s: `standby`, for
 * a save that has to wait for one, and `run`.
 */
export const stepNames = ['source', 'builder', 'scripts', 'artifacts', 'standby', 'assemble', 'run', 'commit'] as const;
export type StepName = (typeof stepNames)[number];

/**
 * What a build says while it runs. Faces (lines, JSON, dashboard) only read these; none of them knows the engine.
 * `at` is milliseconds since the epoch, `ms` a duration in milliseconds.
 */
export type BuildEvent =
  | {
      readonly type: 'build-started';
      readonly at: number;
      readonly source: string;
      readonly builder: string;
      readonly tag: string | null;
    }
  | { readonly type: 'step-started'; readonly at: number; readonly step: StepName }
  /** `summary` is the rest of the step's line: what was done, and why when that is a choice (`not incremental: …`). */
  | {
      readonly type: 'step-finished';
      readonly at: number;
      readonly step: StepName;
      readonly ok: boolean;
      readonly ms: number;
      readonly summary: string;
    }
  /** A piece of a script's output as it came: any number of lines, the last one possibly unfinished. */
  | {
      readonly type: 'log';
      readonly at: number;
      readonly step: StepName;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
    }
  /** Detail about a step, shown with --verbose. */
  | { readonly type: 'status'; readonly at: number; readonly step: StepName; readonly text: string }
  | { readonly type: 'warning'; readonly at: number; readonly message: string }
  | { readonly type: 'build-finished'; readonly at: number; readonly ms: number; readonly outcome: BuildOutcome };

/** What a build restored, and what it made: for a face that shows files. `cycle` is the loop's, 1 in a build of its own. */
export type FilesEvent =
  /** What save-artifacts saved: regular files. `from` says in words where from and why. */
  | {
      readonly type: 'artifacts-saved';
      readonly at: number;
      readonly cycle: number;
      readonly files: number;
      readonly bytes: number;
      readonly from: string;
      readonly entries: readonly SavedFile[];
    }
  /** What the image has over its builder, by the engine's own diff. */
  | {
      readonly type: 'image-compared';
      readonly at: number;
      readonly cycle: number;
      readonly imageId: string;
      readonly bytes: number;
      readonly addedBytes: number;
      readonly changes: readonly ChangedFile[];
    };

export interface SavedFile {
  readonly path: string;
  readonly bytes: number;
}

export interface ChangedFile extends SavedFile {
  readonly kind: 'added' | 'changed' | 'deleted';
}

export type BuildOutcome =
  | { readonly ok: true; readonly result: BuildResult }
  | { readonly ok: false; readonly error: StiError; readonly tagKept: string | null };

export interface BuildResult {
  /** The normalised reference of the image, or null when no TAG was given. */
  readonly tag: string | null;
  /** `sha256:…` */
  readonly imageId: string;
  /** Bytes that the image has over its builder. */
  readonly addedBytes: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether artifacts of the previous image were reused. */
  readonly incremental: boolean;
  /** `8080/tcp`, as the image exposes them. */
  readonly exposedPorts: readonly string[];
  readonly steps: readonly { readonly name: StepName; readonly ms: number }[];
}

/**
 * Where events go. A returned promise is waited for before more of a script's output is read, so a slow reader slows
 * the script down instead of filling the memory.
 */
export type Emit = (event: BuildEvent) => void | Promise<void>;

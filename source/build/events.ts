import type { StiError } from '../errors.ts';

/**
 * The steps of one build, in the order in which a person reads them (docs/dashboard.md, "Lines"). `copy` is only there for
 * a source of many files. Three are `sti dev`'s: `standby`, for
 * a save that has to wait for one, `sync` and `run`.
 */
export const stepNames = [
  'source',
  'builder',
  'scripts',
  'artifacts',
  'copy',
  'standby',
  'sync',
  'assemble',
  'runtime',
  'run',
  'commit',
  'output',
  'push',
] as const;
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
  | ({ readonly type: 'log'; readonly at: number; readonly step: StepName } & OutputPiece)
  /** Detail about a step, shown with --verbose. `limitMs`: what it says goes on for so long from `at` on at most. */
  | {
      readonly type: 'status';
      readonly at: number;
      readonly step: StepName;
      readonly text: string;
      readonly limitMs?: number;
    }
  /** How far a long step is: of all files, links and folders, or of the bytes that it knows of. At most one a second. */
  | {
      readonly type: 'progress';
      readonly at: number;
      readonly step: StepName;
      readonly done: number;
      readonly of: number;
      readonly unit: ProgressUnit;
    }
  | { readonly type: 'warning'; readonly at: number; readonly message: string }
  /** The end of a run that only says what it would do. */
  | { readonly type: 'planned'; readonly at: number; readonly ms: number; readonly plan: BuildPlan }
  /** The end of a run that writes a Dockerfile instead of an image. */
  | {
      readonly type: 'dockerfile-written';
      readonly at: number;
      readonly ms: number;
      /** Absolute. */
      readonly file: string;
      readonly tag: string | null;
    }
  | { readonly type: 'build-finished'; readonly at: number; readonly ms: number; readonly outcome: BuildOutcome };

export type ProgressUnit = 'files' | 'bytes';

/** A piece of a script's output, without its secrets. */
export interface OutputPiece {
  /** `stdout`, too, where a face needs no two and the script has one for both. */
  readonly stream: 'stdout' | 'stderr';
  /** As it came, control sequences included: for programs. All pieces together are all that was printed. */
  readonly text: string;
  /** The lines that it ends, safe for any terminal: colours are the only control sequences in them. */
  readonly lines: readonly string[];
  /** The line that isn't ended yet, as a terminal shows it now; '' when there is none. */
  readonly open: string;
}

/** What a build would do, and why. */
export interface BuildPlan {
  readonly source: {
    readonly kind: string;
    readonly location: string;
    readonly contextDir: string | null;
    readonly revision: string | null;
    readonly files: number;
    readonly bytes: number;
  };
  readonly builder: { readonly name: string; readonly imageId: string | null; readonly pull: string };
  /** `path` is where the container has it. */
  readonly scripts: readonly { readonly name: string; readonly path: string; readonly from: string }[];
  readonly artifacts: { readonly incremental: boolean; readonly reason: string };
  readonly wayIn: { readonly name: string; readonly reason: string };
  /** Absent: the image is made of the builder. `user` is who assemble-runtime runs as. */
  readonly runtime?: {
    readonly name: string;
    readonly imageId: string | null;
    readonly pull: string;
    readonly artifacts: readonly string[];
    readonly user: string;
  };
  /** `user` is `''` for root; of the variables only the names. */
  readonly assemble: { readonly user: string; readonly variables: readonly string[] };
  readonly commit: {
    readonly cmd: readonly string[];
    readonly user: string;
    readonly exposedPorts: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly tag: { readonly name: string | null; readonly imageId: string | null; readonly removed: boolean };
  /** As `--output` says them. */
  readonly outputs: readonly string[];
  readonly push: boolean;
  readonly sbom: boolean;
}

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
  | {
      readonly ok: false;
      readonly error: StiError;
      /** The tag that still names the image from before. */
      readonly tagKept: string | null;
      /** The tag that names the new image already: what came after it has failed. */
      readonly tagMoved?: string;
    };

export interface BuildResult {
  /** The normalised reference of the image, or null when no TAG was given. */
  readonly tag: string | null;
  /** `sha256:…` */
  readonly imageId: string;
  /** `sha256:…`, by which the registry knows the image; null when it was not pushed. */
  readonly digest: string | null;
  /** `sha256:…`, by which the registry knows the manifest of the SBOM that belongs to the image; null when it has none. */
  readonly sbomDigest: string | null;
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

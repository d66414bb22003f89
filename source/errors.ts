/**
 * What can go wrong, each with the exit code of its own that docs/protocol.md ("Exit codes") promises.
 * Codes 10–19 are the engine family. `cancelled` depends on the signal (128 + its number), so it has no entry here.
 */
export const failures = {
  'engine-unreachable': { exitCode: 10, meaning: 'no container engine answered' },
  'engine-denied': { exitCode: 11, meaning: 'this user may not use the container engine' },
  'engine-lost': { exitCode: 12, meaning: 'the engine stopped answering during the work' },
  'engine-failed': { exitCode: 13, meaning: 'the engine refused or failed a request' },
  source: { exitCode: 20, meaning: 'the application source could not be read or fetched' },
  ref: { exitCode: 21, meaning: 'the git ref does not exist in the source repository' },
  'context-dir': { exitCode: 22, meaning: 'the context dir is missing or leads out of the source' },
  builder: { exitCode: 30, meaning: 'the builder image could not be found, pulled or used' },
  scripts: { exitCode: 40, meaning: 'a script is missing or could not be fetched' },
  artifacts: { exitCode: 50, meaning: 'save-artifacts produced an archive that is unsafe to unpack' },
  assemble: { exitCode: 60, meaning: 'the assemble script failed' },
  usage: { exitCode: 64, meaning: 'wrong command line' },
  bug: { exitCode: 70, meaning: 'a bug in sti' },
  workspace: { exitCode: 73, meaning: 'the temporary or cache folder could not be written' },
  output: { exitCode: 74, meaning: 'the output of sti could not be written' },
  labels: { exitCode: 80, meaning: 'labels or image metadata are malformed or too large' },
  commit: { exitCode: 81, meaning: 'the image could not be committed or tagged' },
  push: { exitCode: 82, meaning: 'the image was built, but could not be pushed' },
  export: { exitCode: 83, meaning: 'the image was built, but could not be written to --output' },
  'usage-script': { exitCode: 90, meaning: "the builder's usage script failed" },
  app: { exitCode: 91, meaning: 'the application ended, or was not ready in time' },
  difference: { exitCode: 92, meaning: 'sti verify found differences' },
  doctor: { exitCode: 93, meaning: 'sti doctor found a problem' },
} as const satisfies Record<string, { exitCode: number; meaning: string }>;

export type FailureCode = keyof typeof failures;
export type CancelSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
const signalExitCodes: Record<CancelSignal, number> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

export interface StiErrorDetails {
  /** One line in the imperative: what the user should try next. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** The last lines that the failing script or program printed, oldest first. */
  readonly lastLines?: readonly string[];
}

/** The one error type of sti: every failure a user can see is one of these; anything else is a bug (exit 70). */
export class StiError extends Error {
  override readonly name = 'StiError';
  readonly code: FailureCode | 'cancelled';
  readonly exitCode: number;
  readonly hint: string | undefined;
  readonly lastLines: readonly string[];
  /** Of a cancelled one: what cancelled it. */
  readonly signal: CancelSignal | undefined;

  constructor(code: FailureCode, message: string, details?: StiErrorDetails);
  constructor(code: 'cancelled', message: string, details: StiErrorDetails & { signal: CancelSignal });
  constructor(
    code: FailureCode | 'cancelled',
    message: string,
    details: StiErrorDetails & { signal?: CancelSignal } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.exitCode = code === 'cancelled' ? signalExitCodes[details.signal ?? 'SIGINT'] : failures[code].exitCode;
    this.hint = details.hint;
    this.lastLines = details.lastLines ?? [];
    this.signal = details.signal;
  }

  static cancelled(signal: CancelSignal, message = `cancelled by ${signal}`): StiError {
    return new StiError('cancelled', message, { signal });
  }
}

/** Turns whatever was thrown into a StiError; what nobody foresaw is a bug and says so. */
export function toStiError(thrown: unknown): StiError {
  if (thrown instanceof StiError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new StiError('bug', message, {
    cause: thrown,
    hint: 'This is a bug in sti. Please report it with the output of the same command and --verbose.',
  });
}

/** The message of anything thrown, for use inside another message. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** How long the calls to an engine may take, in milliseconds. */
export interface Limits {
  /** Until it has said who it is. */
  readonly greeting: number;
  /** For the answer to a ping. */
  readonly ping: number;
  /** For what only asks, or changes a record: far more than it ever needs. */
  readonly short: number;
  /** Without a byte in either direction, where many are under way. */
  readonly silence: number;
  /** For a commit, which says nothing while it writes. */
  readonly commit: number;
}

export const usualLimits: Limits = {
  greeting: 10_000,
  ping: 10_000,
  short: 60_000,
  silence: 120_000,
  commit: 1_800_000,
};

/** Bytes of an answer that is read whole: the longest, the changes of a container, has about 100 for each file. */
export const answerLimit = 64 * 1024 * 1024;
/** Bytes of a refusal. */
export const refusalLimit = 64 * 1024;

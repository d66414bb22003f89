/** One cycle under way. */
export interface Cycle {
  readonly number: number;
  readonly at: number;
  /** Else it was asked for, or is the first. */
  readonly isSave: boolean;
  readonly abandon: AbortController;
}

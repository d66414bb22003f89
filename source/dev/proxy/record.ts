/** A request that came to the proxy, and what became of it. */
export interface RequestRecord {
  /** When it began, milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** With its query; printable ASCII, the first 2,048 characters. */
  readonly path: string;
  /** null: the connection broke before it was known. */
  readonly status: number | null;
  /** From its first byte to the last one of the answer. */
  readonly ms: number;
  /** Of these, how long it waited for a version that took it. */
  readonly waitedMs: number;
  /** Of the answer, head and body. */
  readonly bytes: number;
  /** The number of the version that answered; null: sti did. */
  readonly version: number | null;
}

import type { Writable } from 'node:stream';

/** A stream that text is written to; `isTTY` and `columns` are there when it is a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Environment variables, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

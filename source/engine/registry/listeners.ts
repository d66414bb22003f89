import type { RegistryAuth } from './auth.ts';

/** How an image is pulled, and who hears of it. */
export interface PullListener {
  readonly onStatus: (line: string) => void;
  /** The one of several that is wanted; absent: the engine's own. */
  readonly platform?: string | undefined;
}

export interface PushListener {
  readonly onStatus: (line: string) => void;
  /** Of the layers that have begun: an engine doesn't say what is yet to come. */
  readonly onBytes: (done: number, of: number) => void;
}

/**
 * The login for the registry of a reference, which pull and push use. What is secret of it is hidden from all that is shown;
 * `onProblem` hears why there is none where one was expected.
 */
export type FindLogin = (reference: string, onProblem: (text: string) => void) => Promise<RegistryAuth | undefined>;

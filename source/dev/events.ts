import type { BuildEvent, FilesEvent } from '../build/events.ts';
import type { StiError } from '../errors.ts';
import type { RequestRecord } from './proxy/record.ts';

/** How a cycle got from an assembled container to a running application, and why that way. */
export type RunPath =
  /** The container that assembled becomes the application. */
  | 'in place'
  /** The container is committed, and a container of the image runs. */
  | 'image first'
  /** Without assemble: what changed is only copied, into a container of the last image. */
  | 'sync'
  /** Into the container that runs: the application takes up changes by itself. */
  | 'reload';

/**
 * What `sti dev` says while it goes on: a build's events for the steps of its cycles, and these. A cycle is one state of
 * the source on its way from a save to being served. `at` is milliseconds since the epoch, `ms` a duration.
 */
export type DevEvent =
  | BuildEvent
  | FilesEvent
  | {
      readonly type: 'dev-started';
      readonly at: number;
      readonly source: string;
      readonly builder: string;
      readonly tag: string | null;
    }
  /** `changes` are the first few paths of `changed` many. */
  | {
      readonly type: 'cycle-started';
      readonly at: number;
      readonly cycle: number;
      readonly why: string;
      readonly changes: readonly string[];
      readonly changed: number;
    }
  /** As many applications assemble as may at a time (`--jobs`). */
  | { readonly type: 'cycle-waiting'; readonly at: number; readonly cycle: number }
  | { readonly type: 'cycle-superseded'; readonly at: number; readonly cycle: number; readonly why: string }
  /** A save, or what else is to be built, is not built yet: the build that runs is let go on, or saves are left alone. */
  | { readonly type: 'save-waiting'; readonly at: number; readonly why: string }
  /** `ms` counts from the first event of the save to the moment from which the new version is served. */
  | {
      readonly type: 'cycle-served';
      readonly at: number;
      readonly cycle: number;
      readonly ms: number;
      readonly path: RunPath;
      readonly why: string;
      /** Why a save was assembled that might have been only copied; absent: that was no question. */
      readonly assembled?: string;
      readonly urls: readonly string[];
    }
  /** Also of a cycle that was served without assemble, and then could not be assembled: it goes on being served, without an image. */
  | {
      readonly type: 'cycle-failed';
      readonly at: number;
      readonly cycle: number;
      readonly code: StiError['code'];
      readonly message: string;
      readonly lastLines: readonly string[];
      readonly hint: string | undefined;
      readonly serving: number | null;
    }
  | {
      readonly type: 'app-exited';
      readonly at: number;
      readonly cycle: number;
      readonly exitCode: number;
      readonly lastLines: readonly string[];
    }
  /** These kinds of files are only copied, as the image of this cycle has shown. */
  | {
      readonly type: 'learned';
      readonly at: number;
      readonly cycle: number;
      readonly kinds: readonly { readonly what: string; readonly to: string }[];
    }
  /** What was served without assemble is what assemble makes of it: the image of this cycle. */
  | { readonly type: 'proven'; readonly at: number; readonly cycle: number }
  /** These kinds are more than copied, as the image of this cycle has shown: from now on they are assembled. */
  | {
      readonly type: 'unlearned';
      readonly at: number;
      readonly cycle: number;
      readonly kinds: readonly string[];
      readonly why: string;
    }
  /** The image of this cycle taught nothing, of these kinds where any are named: they are assembled as before. */
  | {
      readonly type: 'not-learned';
      readonly at: number;
      readonly cycle: number;
      readonly kinds: readonly string[];
      readonly why: string;
    }
  /** What was served without assemble isn't what assemble makes of it: its image is served now. `ms` is how long it was served wrong. */
  | {
      readonly type: 'corrected';
      readonly at: number;
      readonly cycle: number;
      readonly ms: number;
      readonly why: string;
      readonly urls: readonly string[];
    }
  /** Somebody asked the application for something, and what came of it. */
  | ({ readonly type: 'request' } & RequestRecord)
  /** The tag is at an image of this cycle's state. */
  | {
      readonly type: 'image-tagged';
      readonly at: number;
      readonly cycle: number;
      readonly tag: string;
      readonly imageId: string;
      readonly ms: number;
    }
  /** Whether a save starts a build. */
  | { readonly type: 'watching'; readonly at: number; readonly paused: boolean }
  /**
   * Nothing can be built: the engine went away, or what a build needs isn't there. Goes on with the next cycle, when that is
   * over or when it's asked to.
   */
  | {
      readonly type: 'dev-interrupted';
      readonly at: number;
      readonly code: StiError['code'];
      readonly message: string;
      readonly hint: string | undefined;
      readonly until: 'it is over' | 'asked again';
      readonly serving: number | null;
    }
  /**
   * The end was asked for, and takes a moment: the application gets its stop signal and its grace time, and before that the
   * tag its image of this cycle; null: it has it.
   */
  | { readonly type: 'dev-ending'; readonly at: number; readonly image: number | null }
  | { readonly type: 'dev-finished'; readonly at: number; readonly summary: DevSummary };

export type ServedEvent = DevEvent & { readonly type: 'cycle-served' };

export interface DevSummary {
  readonly cycles: number;
  readonly failures: number;
  /** Save to served, milliseconds; null when no save was. */
  readonly medianMs: number | null;
  /** The same by the way that saves took, the commonest first. */
  readonly ways: readonly { readonly path: RunPath; readonly saves: number; readonly medianMs: number }[];
  /** Kinds of files that were found to be only copied, in words. */
  readonly learned: readonly string[];
  readonly tag: string | null;
  /** The cycle whose state the tag holds, and the last one that went well; null: none. */
  readonly taggedCycle: number | null;
  readonly lastGoodCycle: number | null;
}

export type DevEmit = (event: DevEvent) => void | Promise<void>;

import type { Engine } from '../engine/engine.ts';
import type { HttpClient } from '../http/client.ts';
import type { Secrets } from '../protocol/secrets.ts';
import type { Emit, FilesEvent } from './events.ts';

/** What a build needs from outside. */
export interface BuildContext extends HostEnvironment {
  readonly engine: Engine;
}

/** The same before an engine has answered. */
export interface HostEnvironment {
  readonly emit: Emit;
  /** What is masked in all that is emitted; a build adds those that the source brings. */
  readonly secrets: Secrets;
  /** Whether `emit` needs a script's stdout and stderr apart; in one stream they keep the order in which they were written. */
  readonly apart?: boolean;
  /** Hears of files; absent: nobody looks at them, and what only they need isn't asked of the engine. */
  readonly onFiles?: (event: FilesEvent) => void;
  /** Aborts with a StiError (`cancelled`). */
  readonly signal: AbortSignal;
  /** Writes what is in an archive of an image into a file, as SPDX; absent: nobody wants that. */
  readonly scan?: (archive: string, file: string, signal: AbortSignal) => Promise<void>;
  /** Fetches scripts and archives, and posts the callback. */
  readonly http: HttpClient;
  /** Relative paths of SOURCE and of `file://./…` are relative to this. */
  readonly cwd: string;
  /** Absolute; made when needed. */
  readonly cacheDir: string;
  readonly tmpDir: string;
  /** Ids of the user that sti runs as. */
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  /** Something that differs between machines and pid namespaces. */
  readonly identity: string;
  /** Whether this machine labels files for SELinux. */
  readonly selinux: boolean;
  /** Whether a process of this machine lives. */
  readonly isAlive: (pid: number) => boolean;
  /** The command line that runs the reaper; absent: none (see workspace.ts). */
  readonly reapCommand?: readonly string[];
}

import type { Engine } from '../engine/engine.ts';
import type { Emit, FilesEvent } from './events.ts';

/** What a build needs of the world around it. */
export interface BuildContext extends BuildWorld {
  readonly engine: Engine;
}

/** The same before an engine has answered. */
export interface BuildWorld {
  readonly emit: Emit;
  /** Hears of files; absent: nobody looks at them, and what only they need isn't asked of the engine. */
  readonly onFiles?: (event: FilesEvent) => void;
  /** Aborts with a StiError (`cancelled`). */
  readonly signal: AbortSignal;
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
  /** The command line that runs the reaper; absent: none (see session.ts). */
  readonly reapCommand?: readonly string[];
}

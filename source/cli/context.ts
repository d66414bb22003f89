import type { CancelSignal, StiError } from '../errors.ts';
import type { Environment, Output } from '../terminal/output.ts';

/** The terminal itself, for the face that takes all of it. */
export interface Terminal {
  /** The system, as Node.js names it: which program opens a browser depends on it. */
  readonly platform: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Stops sti as Ctrl-Z does any program; resolves when it goes on. */
  readonly suspend: () => Promise<void>;
  /** Calls the listener when sti goes on after a stop, until the returned function is called. */
  readonly onContinue: (listener: () => void) => () => void;
  /** Calls the listener when the process ends, however that comes, and before a crash is told. */
  readonly onExit: (listener: () => void) => () => void;
}

/** What a build may know of the process it runs in. */
export interface Host {
  readonly env: Environment;
  readonly cwd: string;
  readonly homeDir: string;
  readonly tmpDir: string;
  /** Ids of the user and the process that sti runs as. */
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  /** The command line that starts this sti again. */
  readonly selfCommand: readonly string[];
  /** Whether a process of this machine lives. */
  readonly isAlive: (pid: number) => boolean;
}

/** All that a command may know of the process it runs in; `main.ts` makes the real one, tests make their own. */
export interface Context extends Host {
  readonly version: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Absent unless stdin and stdout are both a terminal. */
  readonly terminal?: Terminal;
  /**
   * Calls the listener when a signal asks sti to end, until the returned function is called. A second signal ends the
   * process at once.
   */
  readonly onSignal: (listener: (signal: CancelSignal) => void) => () => void;
  /** Calls the listener when sti has to end: after a crash, or because an output can't be written. */
  readonly onFatal: (listener: (reason: StiError) => void) => () => void;
  /** Why not all that was printed has arrived; undefined: it has. */
  readonly lostOutput: () => Promise<StiError | undefined>;
  /** Ends the process now, without waiting for anything. */
  readonly exitNow: (exitCode: number) => void;
}

import type { EngineAbout, EngineDescription } from '../engine/engine.ts';

/** What the checks judge: gathered once, judged without another look. */
export interface Facts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly self: { readonly uid: number; readonly gid: number };
  readonly engine: EngineFacts | Unreachable;
  readonly disks: readonly Disk[];
  readonly inotify: { readonly watches: number; readonly instances: number } | undefined;
  /** Files of certificates that the environment names. */
  readonly certificates: readonly {
    readonly name: string;
    readonly file: string;
    readonly problem: string | undefined;
  }[];
  readonly logins: LoginFacts;
  readonly git: boolean;
  readonly leftovers: { readonly names: readonly string[]; readonly cleaned: boolean };
}

export interface EngineFacts {
  readonly about: EngineAbout;
  readonly description: EngineDescription;
  /** Whether it runs on this machine's own kernel. */
  readonly here: boolean;
  readonly socket: SocketFacts | undefined;
}

interface SocketFacts {
  /** `rw-rw----` as octal digits: `660`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
}

/** No engine could be reached. */
interface Unreachable {
  readonly problem: string;
  readonly advice: string | undefined;
}

export interface Disk {
  /** What it is for: `images`, `temporary files`. */
  readonly use: string;
  readonly path: string;
  /** undefined: it can't be seen from here. */
  readonly free: number | undefined;
  readonly writable: boolean;
}

export interface LoginFacts {
  readonly problems: readonly string[];
  /** Names of `docker-credential-…` programs, and where each is named. */
  readonly helpers: readonly { readonly name: string; readonly file: string; readonly found: boolean }[];
  /** Registries that files hold a login for. */
  readonly registries: number;
}

export function isReached(engine: Facts['engine']): engine is EngineFacts {
  return 'about' in engine;
}

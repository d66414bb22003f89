import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle, projectFolder } from '../../scripts/project.mjs';
import { engineAddress } from './engine-address.ts';
import { tempFolder } from './temp.ts';

const { PATH = '' } = process.env;

export interface StiOptions {
  readonly cwd?: string;
  /** Added to the environment of the run; DOCKER_HOST is the tests' engine unless it says otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  /** Run as another user than the tests'. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** An earlier run's, so that both share a cache. */
  readonly home?: string;
  /** What a shell before it has set, such as `077`. */
  readonly umask?: string;
}

export interface StiEnded {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningSti {
  readonly pid: number;
  readonly home: string;
  /** What it has printed so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Resolves once this has been printed; rejects when sti ends before. */
  printed(text: string | RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<StiEnded>;
}

/** Runs the program that users run to its end, in a home folder of its own. */
export function sti(args: readonly string[], options: StiOptions = {}): Promise<StiEnded> {
  return startSti(args, options).ended;
}

/** Is told of every run when it has started. */
let onRun = (_: RunningSti, _again: () => RunningSti): void => {};

/** Has every run watched; `again` starts the same command in the same home. */
export function watchRuns(listener: typeof onRun): void {
  onRun = listener;
}

/** The same, for tests that have something to do meanwhile. */
export function startSti(args: readonly string[], options: StiOptions = {}): RunningSti {
  const home = options.home ?? homeFor(options.user);
  const running = spawnSti(args, { ...options, home });
  onRun(running, () => spawnSti(args, { ...options, home }));
  return running;
}

function spawnSti(args: readonly string[], options: StiOptions & { readonly home: string }): RunningSti {
  const { user, home } = options;
  const { umask } = options;
  const command = [user ? bundleForEveryone() : bundle, ...args];
  const [program = '', ...rest] = umask ? ['/bin/sh', '-c', `umask ${umask}; exec "$@"`, 'sh', ...command] : command;
  const child = spawn(program, rest, {
    cwd: options.cwd ?? home,
    env: { PATH, DOCKER_HOST: engineAddress, ...homeVariables(home), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  const output = collect(child);
  const ended = new Promise<StiEnded>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, ...output }));
  });
  return {
    pid: child.pid ?? -1,
    home,
    output: () => ({ ...output }),
    printed: async (text) => {
      const isThere = (all: string) => (typeof text === 'string' ? all.includes(text) : text.test(all));
      while (!isThere(output.stdout + output.stderr)) {
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`sti ended without printing “${text}”:\n${output.stdout}${output.stderr}`);
        }
        await sleep(5);
      }
    },
    kill: (signal) => {
      child.kill(signal);
    },
    ended,
  };
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return output;
}

/** The folder that `startSti` lets sti put temporary folders into. */
export function temporaryFolderOf(home: string): string {
  return join(home, 'tmp');
}

function homeVariables(home: string): Record<string, string> {
  return { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), TMPDIR: temporaryFolderOf(home) };
}

/** A home folder for runs of `sti` that share one; removed when the test has ended. */
export function homeFor(user?: StiOptions['user']): string {
  const home = tempFolder();
  mkdirSync(temporaryFolderOf(home));
  for (const folder of user ? [home, temporaryFolderOf(home)] : []) chownSync(folder, user?.uid ?? 0, user?.gid ?? 0);
  return home;
}

/** A copy that every user may read: the project itself can be below a folder that is closed to others. */
function bundleForEveryone(): string {
  const folder = tempFolder();
  chmodSync(folder, 0o755);
  cpSync(dirname(bundle), join(folder, 'dist'), { recursive: true });
  cpSync(join(projectFolder, 'package.json'), join(folder, 'package.json'));
  return join(folder, 'dist/main.cjs');
}

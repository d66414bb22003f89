import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, StiError } from '../errors.ts';
import { formatSessionId, newSessionId } from './session-id.ts';

/**
 * The private folder of one run of sti, the names of its containers, and the reaper that tidies up when sti can't.
 */
export interface Session {
  /** `sti-<machine>-<pid>-<random>` */
  readonly name: string;
  /** Absolute path; only this user can enter it. */
  readonly folder: string;
  /** For a container of this run; no two are the same. */
  containerName(role: string): string;
  /** Tells the reaper that the engine may finish a commit even if sti is gone. */
  commitStarted(): void;
  /**
   * Ends the session: removes the folder (unless it is to be kept) and sends the reaper home. With `tidy` false something
   * of ours may still be on the engine, and the reaper takes over. With `patience`, in milliseconds, a folder that takes
   * longer goes on being removed when sti has ended. Resolves to where the folder was kept.
   */
  close(options: {
    readonly tidy: boolean;
    readonly keepFolder: boolean;
    readonly patience?: number;
  }): Promise<string | undefined>;
}

export interface SessionOptions {
  readonly tmpDir: string;
  /** See {@link newSessionId}. */
  readonly identity: string;
  readonly pid: number;
  /** The command line that reaps, the session's name and folder are appended; absent: no reaper (unit tests). */
  readonly reapCommand?: readonly string[];
}

export async function openSession(options: SessionOptions): Promise<Session> {
  const name = formatSessionId(newSessionId(options.identity, options.pid));
  const folder = join(options.tmpDir, name);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (cause) {
    throw new StiError('workspace', `the working folder ${folder} can't be made: ${messageOf(cause)}`, {
      cause,
      hint: 'Set TMPDIR to a folder that you can write to and that has room.',
    });
  }
  const reaper = options.reapCommand === undefined ? undefined : startReaper([...options.reapCommand, name, folder]);
  let containers = 0;
  return {
    name,
    folder,
    containerName(role) {
      containers += 1;
      return `${name}-${role}-${containers}`;
    },
    commitStarted() {
      reaper?.stdin?.write('commit\n');
    },
    async close({ tidy, keepFolder, patience }) {
      const kept = keepFolder ? await keepAside(folder, options.tmpDir) : undefined;
      if (tidy) await (patience === undefined ? removeSoon(folder) : removeWithin(folder, patience));
      const input = reaper?.stdin;
      if (input) await new Promise<void>((resolve) => input.end(tidy ? 'done\n' : '', () => resolve()));
      return kept;
    },
  };
}

/**
 * A shell that waits for its stdin to end costs next to nothing and outlives sti, also after `kill -9` of its process
 * group. Only when the last word on its stdin isn't `done` does it become a sti that cleans up.
 */
function startReaper(command: readonly string[]): ChildProcess {
  const wait = 'while read -r word; do last=$word; done; [ "$last" = done ] || exec "$@" "$last"';
  const reaper = spawn('/bin/sh', ['-c', wait, 'sti-reaper', ...command], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper.on('error', () => {});
  reaper.stdin?.on('error', () => {});
  reaper.unref();
  return reaper;
}

/** A kept folder gets a name that no later sweep takes for a dead session's. */
async function keepAside(folder: string, tmpDir: string): Promise<string> {
  const kept = await mkdtemp(join(tmpDir, 'sti-kept-'));
  await rename(folder, kept);
  return kept;
}

/** Nothing else is left to do by then, and a call each way costs less than a dozen through the pool of threads. */
async function removeSoon(folder: string): Promise<void> {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    await removeFolder(folder);
  }
}

/** In a process of its own: a large source is there several times, and nobody should have to wait for its end. */
async function removeWithin(folder: string, patience: number): Promise<void> {
  const remover = spawn('rm', ['-rf', '--', folder], { detached: true, cwd: '/', stdio: 'ignore' });
  const removed = new Promise<boolean>((resolve) => {
    remover.on('exit', (code) => resolve(code === 0)).on('error', () => resolve(false));
  });
  if (await Promise.race([removed, sleep(patience, true, { ref: false })])) remover.unref();
  else await removeFolder(folder);
}

/** Removes a folder with all in it. Scripts may have left folders without write permission: their owner gives it back. */
export async function removeFolder(folder: string): Promise<void> {
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 2 });
  try {
    await remove();
  } catch {
    await makeWritable(folder);
    await remove();
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}

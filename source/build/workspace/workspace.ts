import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, StiError } from '../../errors.ts';
import { removeByProgram, removeFolder } from '../../tree/remove.ts';
import { birthOf, formatSessionId, newSessionId } from './id.ts';

/**
 * The private folder of one run of sti, the names of its containers, and the reaper that tidies up when sti can't.
 */
export interface Workspace {
  /** See {@link SessionId}. */
  readonly name: string;
  /** Absolute path; only this user can enter it. */
  readonly folder: string;
  /** For a container of this run; no two are the same. */
  containerName(role: string): string;
  /** Tells the reaper that the engine may finish a commit even if sti is gone. */
  commitStarted(): void;
  /** Starts a container, which must be gone when the session is over. Rejects once the session is sealed. */
  begin<Begun extends TrackedContainer>(start: () => Promise<Begun>): Promise<Begun>;
  /** No container begins from now on. */
  seal(): void;
  /** Ends the containers that have begun; resolves when the engine has removed them, rejects when it couldn't. */
  endContainers(): Promise<void>;
  /**
   * Ends the session: removes the folder (unless it is to be kept) and sends the reaper home. With `tidy` false something
   * of ours may still be on the engine: the folder is emptied, stays as a mark, and the reaper takes over. With `patience`, in milliseconds, a folder that takes
   * longer goes on being removed when sti has ended. Resolves to where the folder was kept.
   */
  close(options: {
    readonly tidy: boolean;
    readonly keepFolder: boolean;
    readonly patience?: number;
  }): Promise<string | undefined>;
}

/** A container that ends when it's asked to. */
export interface TrackedContainer {
  discard(): void;
  /** Resolves when the engine has removed it. */
  readonly removed: Promise<void>;
}

export interface WorkspaceOptions {
  readonly tmpDir: string;
  /** See {@link newSessionId}. */
  readonly identity: string;
  readonly pid: number;
  /** The command line that reaps, the session's name and folder are appended; absent: no reaper (unit tests). */
  readonly reapCommand?: readonly string[];
}

export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const name = formatSessionId(newSessionId(options.identity, options.pid, birthOf(options.pid)));
  const folder = join(options.tmpDir, name);
  // Before there is a folder: whenever sti is killed, somebody is there to remove it.
  const reaper = options.reapCommand === undefined ? undefined : startReaper([...options.reapCommand, name, folder]);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (cause) {
    reaper?.stdin?.end('done\n');
    throw new StiError('workspace', `the working folder ${folder} can't be made: ${messageOf(cause)}`, {
      cause,
      hint: 'Set TMPDIR to a folder that you can write to and that has room.',
    });
  }
  let containers = 0;
  let sealed = false;
  const begun = new Set<TrackedContainer>();
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
    async begin(start) {
      if (sealed) throw new StiError('bug', 'the session is over');
      const starting = start();
      // What the engine is still creating when the session ends counts too.
      const removed = starting.then(
        (container) => container.removed,
        () => {},
      );
      const container = { discard: () => void starting.then((made) => made.discard()).catch(() => {}), removed };
      begun.add(container);
      removed.then(() => begun.delete(container)).catch(() => {});
      return starting;
    },
    seal() {
      sealed = true;
    },
    async endContainers() {
      const ending = [...begun];
      for (const container of ending) container.discard();
      await Promise.all(ending.map(({ removed }) => removed));
    },
    async close({ tidy, keepFolder, patience }) {
      const kept = keepFolder ? await keepAside(folder, options.tmpDir) : undefined;
      if (!tidy) await emptyFolder(folder);
      else await (patience === undefined ? removeSoon(folder) : removeWithin(folder, patience));
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

/**
 * Removes what is in a folder that a container may still write to: by `rm`, which follows no link that is put in its way.
 */
export async function emptyFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  // What is left is the reaper's, or the next sti's.
  if (names.length > 0) await removeByProgram(names.map((name) => join(folder, name))).catch(() => {});
}

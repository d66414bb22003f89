import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** They tie git to one repository: a hook that calls sti has them set. */
const repositoryVariables = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_PREFIX',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_QUARANTINE_PATH',
];

/**
 * The user's environment for git, which never asks a question then, and speaks English. No repository counts that git
 * would find around: not the one that sti was called in, nor one that holds the folder.
 * @param folder where git will run
 */
export function gitEnvironment(folder: string): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !repositoryVariables.includes(name)) environment[name] = value;
  }
  const quiet = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
  return { ...environment, ...quiet, GIT_CEILING_DIRECTORIES: dirname(folder) };
}

/** Runs git in a folder with the user's own configuration and gives its stdout; rejects as execFile does. */
export async function runGit(folder: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const { stdout } = await run('git', [...args], {
    cwd: folder,
    env: gitEnvironment(folder),
    ...(signal && { signal }),
  });
  return stdout;
}

/** A variable by which the processes of a clone are known: those that git starts have it too. */
export function cloneMark(folder: string): Record<string, string> {
  return { STI_CLONE: folder };
}

/**
 * Ends what git left running for a clone: a helper that waits for a server doesn't notice that git is gone. Where the
 * system doesn't list processes in /proc they end by git's own limit of time.
 */
export async function endHelpers(folder: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    pids.map(async (pid) => {
      const variables = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (variables.split('\0').includes(`STI_CLONE=${folder}`)) kill(Number(pid));
    }),
  );
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

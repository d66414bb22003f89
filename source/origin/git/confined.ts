import { execFile } from 'node:child_process';
import { gitEnvironment } from './environment.ts';

/** Settings that git counts beside those of its files, in order; the last one of a name wins. */
export type Settings = readonly (readonly [name: string, value: string])[];

/** Milliseconds; a pipe among the files of a checkout, such as a `.gitignore`, would be waited for. */
const timeout = 5_000;

/**
 * Runs git in a private repository, so that nothing counts but this repository and these settings: no configuration of
 * the user or the machine, no protocol, no lazy fetch, no lock, and no more memory than a label is worth. Resolves to its
 * stdout, of at most `maxBytes`.
 * @param workTree of a stranger; only for commands that read one
 */
export async function runConfined(
  repository: string,
  args: readonly string[],
  options: { settings?: Settings; workTree?: string; maxBytes?: number; signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const { settings = [], workTree, maxBytes = 1024 * 1024, signal } = options;
  const { PATH = '' } = gitEnvironment(repository);
  const env = {
    PATH,
    LC_ALL: 'C',
    HOME: repository,
    XDG_CONFIG_HOME: repository,
    GIT_DIR: repository,
    ...(workTree !== undefined && { GIT_WORK_TREE: workTree }),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_ALLOC_LIMIT: '256m',
    ...settingsEnvironment(settings),
  };
  const limits = { timeout, killSignal: 'SIGKILL', maxBuffer: maxBytes, ...(signal && { signal }) } as const;
  return new Promise((resolve, reject) => {
    execFile('git', [...args], { cwd: repository, env, ...limits }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}

/** How git takes settings from its environment, where no other user of the machine sees them. */
export function settingsEnvironment(settings: Settings, first = 0): Record<string, string> {
  const pairs = settings.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${first + index}`, name],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(first + settings.length), ...Object.fromEntries(pairs) };
}

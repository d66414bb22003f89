import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Settings } from './confined.ts';
import { runConfined } from './confined.ts';
import { gitEnvironment, runGit } from './environment.ts';
import { readInside } from './read-file.ts';

/** What decides whether a file is as it was committed, and runs nothing. */
const harmless = '^core\\.(autocrlf|eol|filemode|ignorecase|precomposeunicode|safecrlf|symlinks|excludesfile)$';
const switchLike = /^(true|false|yes|no|on|off|[01]|input|lf|crlf|native|warn)?$/i;

/**
 * Reads one value of a configuration file that a stranger may have made. git parses a copy of it, includes nothing, and
 * does nothing that it says.
 * @param repository a private one, or an empty folder
 */
export async function readSetting(repository: string, file: string, name: string): Promise<string | undefined> {
  return (await readFileSettings(repository, file, `^${name.replaceAll('.', '\\.')}$`)).at(-1)?.[1];
}

/** The settings of a checkout that count when its files are compared: the user's own, then the harmless ones of the folder. */
export async function readComparison(repository: string, configFile: string): Promise<Settings> {
  const [own, theirs] = await Promise.all([
    readUserSettings(repository),
    readFileSettings(repository, configFile, harmless),
  ]);
  const { HOME = '', XDG_CONFIG_HOME } = gitEnvironment(repository);
  const ignored = ['core.excludesfile', join(XDG_CONFIG_HOME || join(HOME, '.config'), 'git/ignore')] as const;
  return [ignored, ...own, ...theirs.filter(([, value]) => switchLike.test(value))];
}

async function readUserSettings(repository: string): Promise<Settings> {
  const args = ['config', '--null', '--type=path', '--get-regexp', harmless];
  return parseSettings(await runGit(repository, args).catch(() => ''));
}

async function readFileSettings(repository: string, file: string, pattern: string): Promise<Settings> {
  const content = await readInside(dirname(file), file);
  if (content === undefined) return [];
  const copy = join(repository, 'their-config');
  await writeFile(copy, content);
  const args = ['config', '--file', copy, '--no-includes', '--null', '--get-regexp', pattern];
  return parseSettings(await runConfined(repository, args).catch(() => ''));
}

/** `name`, a new line, the value; without both for a name alone, which means true. */
function parseSettings(output: string): Settings {
  return output
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n');
      return end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
    });
}

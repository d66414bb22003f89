import { basename, resolve } from 'node:path';
import { StiError } from '../errors.ts';
import { wantsColour } from './ansi.ts';
import type { ParsedCommand } from './command.ts';
import { withConfig } from './config/apply.ts';
import { readConfig } from './config/read.ts';
import type { Context } from './context.ts';
import { createLineOutput } from './line-output.ts';

/**
 * The applications of `sti dev FOLDER FOLDER …`: several they are when every argument is a folder with a
 * `.sti/config.json`; empty when it's one application, as `SOURCE IMAGE TAG`.
 * @throws StiError `usage`, also when there are too many arguments for one
 */
export async function readApplications(parsed: ParsedCommand, cwd: string): Promise<ParsedCommand[]> {
  const { positionals } = parsed;
  if (positionals.length < 2) return [];
  const first = await readConfig(positionals[0] ?? '', cwd);
  const configs = first && [first, ...(await Promise.all(positionals.slice(1).map((path) => readConfig(path, cwd))))];
  const twice = positionals.find(
    (path, index) => positionals.findIndex((other) => resolve(cwd, other) === resolve(cwd, path)) < index,
  );
  const without = positionals.find((_, index) => configs?.[index] === undefined);
  if (configs !== undefined && without === undefined) {
    if (twice !== undefined)
      throw new StiError('usage', `the folder ${twice} is given twice`, { hint: 'Give it once.' });
    return positionals.map((folder, index) => withConfig({ ...parsed, positionals: [folder] }, configs[index]));
  }
  if (positionals.length <= parsed.command.arguments.length) return [];
  throw new StiError('usage', `one argument too many, or ${without} is no folder with a .sti/config.json`, {
    hint: 'Write sti dev SOURCE IMAGE TAG for one application, or sti dev FOLDER FOLDER for several.',
  });
}

/**
 * Runs work for each application at the same time, with an output of its own: every line says whose it is, in front for
 * people, as `"app"` in JSON events. Nobody's output is a terminal then: a line that is written over is one application's.
 */
export async function withNamedOutput(
  applications: readonly ParsedCommand[],
  context: Context,
  work: (application: ParsedCommand, context: Context) => Promise<void>,
): Promise<void> {
  const names = namesOf(applications.map(({ positionals: [source = ''] }) => resolve(context.cwd, source)));
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const colour = wantsColour(context.env, context.stderr);
  const env = { ...context.env, FORCE_COLOR: colour ? '1' : '0' };
  await Promise.all(
    applications.map(async (application, index) => {
      const name = names[index] ?? '';
      const stderr = createLineOutput(context.stderr, (line) => `${name.padEnd(width)}${line}`, width);
      const stdout = createLineOutput(context.stdout, (line) => line.replace(/^\{/, `{"app":${JSON.stringify(name)},`));
      await work(application, { ...context, env, stderr, stdout });
      await Promise.all([stderr, stdout].map((output) => new Promise<void>((resolve) => output.end(() => resolve()))));
    }),
  );
}

/** The own names of folders, given as absolute paths; where two have the same, the paths. */
export function namesOf(folders: readonly string[]): string[] {
  const names = folders.map((folder) => basename(folder));
  return new Set(names).size === names.length ? names : [...folders];
}

import { basename, resolve } from 'node:path';
import { StiError } from '../../errors.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { wantsColour } from '../../terminal/colours.ts';
import { commands, type Parsed } from '../command-line/table.ts';
import { type Application, readApplication } from '../config/apply.ts';
import type { Surroundings } from '../config/layers.ts';
import { readConfig } from '../config/read.ts';
import type { Context } from '../context.ts';
import { createLineOutput } from '../output/line-output.ts';

/** One application of `sti dev`. */
export interface App {
  readonly name: string;
  /** Its command line with what its configuration file adds, which may be another each time. */
  readonly read: () => Promise<Application>;
}

/**
 * What `sti dev` runs: one application, or several folders' in this one process.
 * @throws StiError `usage`
 */
export async function appsOf(
  parsed: Parsed<'dev'>,
  context: Surroundings,
): Promise<{ readonly apps: readonly App[]; readonly several: boolean }> {
  const { cwd } = context;
  const folders = await appFolders(parsed, context);
  if (folders.length === 0) {
    const read = () => readApplication(parsed, context);
    const { source, tag } = await read();
    const name = tag === undefined ? basename(resolve(cwd, source)) : formatReference(tag);
    return { apps: [{ name, read }], several: false };
  }
  const names = namesOf(folders.map((folder) => resolve(cwd, folder)));
  const apps = folders.map((folder, index) => ({
    name: names[index] ?? '',
    read: () => readApplication({ ...parsed, positionals: [folder] }, context),
  }));
  // What is wrong with one of them is said before any of them begins.
  await Promise.all(apps.map(({ read }) => read()));
  return { apps, several: true };
}

/**
 * The folders of `sti dev FOLDER FOLDER …`, where every argument is one with a `.sti/config.json`; empty when it's one
 * application, as `SOURCE IMAGE TAG`.
 * @throws StiError `usage`, also when there are too many arguments for one
 */
export async function appFolders(
  { positionals }: Parsed<'dev'>,
  { cwd }: Pick<Surroundings, 'cwd'>,
): Promise<readonly string[]> {
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
    return positionals;
  }
  if (positionals.length <= commands.dev.arguments.length) return [];
  throw new StiError('usage', `one argument too many, or ${without} is no folder with a .sti/config.json`, {
    hint: 'Write sti dev SOURCE IMAGE TAG for one application, or sti dev FOLDER FOLDER for several.',
  });
}

/**
 * Runs work for each application at the same time, with an output of its own: every line says whose it is, in front for
 * people, as `"app"` in JSON events. Nobody's output is a terminal then: a line that is written over is one application's.
 */
export async function withNamedOutput(
  apps: readonly App[],
  context: Context,
  work: (app: App, context: Context) => Promise<void>,
): Promise<void> {
  const width = Math.max(...apps.map(({ name }) => name.length)) + 2;
  const colour = wantsColour(context.env, context.stderr);
  const env = { ...context.env, FORCE_COLOR: colour ? '1' : '0' };
  await Promise.all(
    apps.map(async (app) => {
      const stderr = createLineOutput(context.stderr, (line) => `${app.name.padEnd(width)}${line}`, width);
      const named = `{"app":${JSON.stringify(app.name)},`;
      const stdout = createLineOutput(context.stdout, (line) => line.replace(/^\{/, named));
      await work(app, { ...context, env, stderr, stdout });
      await Promise.all([stderr, stdout].map((output) => new Promise<void>((resolve) => output.end(() => resolve()))));
    }),
  );
}

/** The own names of folders, given as absolute paths; where two have the same, the paths. */
export function namesOf(folders: readonly string[]): string[] {
  const names = folders.map((folder) => basename(folder));
  return new Set(names).size === names.length ? names : [...folders];
}

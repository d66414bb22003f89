import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { StiError } from '../errors.ts';
import { optionSwitch, type RunCommand } from './command.ts';
import { commands } from './commands.ts';
import { type EffectiveValue, effectiveValues } from './config/effective.ts';
import { readConfig } from './config/read.ts';
import { configSchema } from './config/schema.ts';
import { createWrite } from './output.ts';
import { safeText } from './terminal-text.ts';

/** `sti config`: what `.sti/config.json` and the defaults give; with `--schema` what such a file may hold. */
export const run: RunCommand = async ({ positionals: [source = '.'], options }, { cwd, stdout }) => {
  const write = createWrite(stdout);
  if (optionSwitch(options, 'schema')) {
    await write(`${JSON.stringify(configSchema(commands), null, 2)}\n`);
    return 0;
  }
  const found = await stat(resolve(cwd, source)).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new StiError('usage', `${source} is not a folder: only a folder's .sti/config.json is read`, {
      hint: 'Name the folder of the application.',
    });
  }
  await write(columns(effectiveValues(commands, await readConfig(source, cwd))));
  return 0;
};

/** `image       nodejs-20   .sti/config.json`, each column as wide as it needs to be. */
function columns(rows: readonly EffectiveValue[]): string {
  const cells = rows.map(({ name, value, origin }) => [name, value, origin].map(safeText));
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`).join('');
}

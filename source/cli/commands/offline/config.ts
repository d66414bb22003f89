import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { StiError } from '../../../errors.ts';
import { sanitize } from '../../../terminal/sanitize.ts';
import type { RunCommand } from '../../command-line/table.ts';
import { type EffectiveValue, effectiveValues } from '../../config/effective.ts';
import { configSchema } from '../../config/keys.ts';
import { readLayers, trustFolder } from '../../config/layers.ts';
import { createWrite } from '../../output/write.ts';

/** `sti config`: what the configuration files and the defaults give; with `--schema` what such a file may hold. */
export const run: RunCommand<'config'> = async ({ positionals: [source = '.'], explicit }, context) => {
  const { cwd, stdout } = context;
  const write = createWrite(stdout);
  if (explicit.schema) {
    await write(`${JSON.stringify(configSchema(), null, 2)}\n`);
    return 0;
  }
  const found = await stat(resolve(cwd, source)).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new StiError('usage', `${source} is not a folder: only a folder's .sti/config.json is read`, {
      hint: 'Name the folder of the application.',
    });
  }
  if (explicit.trust) await trustFolder(source, context);
  await write(columns(effectiveValues(await readLayers(source, context))));
  return 0;
};

/** `image       nodejs-20   .sti/config.json`, each column as wide as it needs to be. */
function columns(rows: readonly EffectiveValue[]): string {
  const cells = rows.map(({ name, value, origin }) => [name, value, origin].map(sanitize));
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`).join('');
}

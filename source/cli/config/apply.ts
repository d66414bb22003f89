import { resolve } from 'node:path';
import { StiError } from '../../errors.ts';
import type { ParsedCommand } from '../command.ts';
import type { OptionName } from '../options.ts';
import { isRecord } from './check.ts';
import { type ConfigKey, configKeys } from './keys.ts';
import { type Config, configPath, readConfig } from './read.ts';

/** A command of one application with what its folder's `.sti/config.json` adds; its arguments are complete then. */
export async function readConfigured(parsed: ParsedCommand, cwd: string): Promise<ParsedCommand> {
  return withConfig(parsed, await readConfig(parsed.positionals[0] ?? '.', cwd));
}

/** Two options that answer one question: the command line's answer by either stands. */
const sameQuestion: readonly (readonly [OptionName, OptionName])[] = [
  ['clean', 'incremental'],
  ['quiet', 'progress'],
];

/**
 * The command line with what the configuration file adds; the command line wins. Variables and labels are joined by
 * name, everything else is the one's or the other's.
 * @throws StiError `usage` when neither names a builder image
 */
export function withConfig(parsed: ParsedCommand, config: Config | undefined): ParsedCommand {
  const { command, positionals, options: given } = parsed;
  const [source = '.', image = textOf(config?.values['image']), tag = textOf(config?.values['tag'])] = positionals;
  if (image === undefined) throw noImage(parsed, config);
  const complete = [source, image, ...(tag === undefined ? [] : [tag])];
  if (config === undefined) return { ...parsed, positionals: complete };
  const options = new Map(given);
  for (const key of configKeys([command])) {
    const { name, optionName } = key;
    const value = config.values[name];
    if (optionName === undefined || optionName === 'env' || value === undefined) continue;
    if (optionName === 'label') options.set('label', [...words(value), ...(given.get('label') ?? [])]);
    else if (!isAnswered(optionName, given)) options.set(optionName, absolute(key, words(value), config.folder));
  }
  const env = variables(config.values['env']);
  return { command, positionals: complete, options, configured: { env, envFile: !isAnswered('envFile', given) } };
}

function isAnswered(name: OptionName, given: ParsedCommand['options']): boolean {
  const pair = sameQuestion.find((names) => names.includes(name)) ?? [name];
  return pair.some((option) => given.has(option));
}

/** Paths on this machine are relative to the folder that holds `.sti`; one in the source (`contextDir`) already is. */
function absolute({ optionName }: ConfigKey, values: readonly string[], folder: string): readonly string[] {
  if (optionName === 'envFile') return values.map((path) => resolve(folder, path));
  if (optionName !== 'scripts') return values;
  return values.map((url) =>
    url.replace(/^(file:\/\/)(?!\/)(.+)$/i, (_, scheme, path) => scheme + resolve(folder, path)),
  );
}

function words(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return isRecord(value) ? Object.entries(value).map(([name, text]) => `${name}=${text}`) : [String(value)];
}

function variables(value: unknown): { name: string; value: string }[] {
  return isRecord(value) ? Object.entries(value).map(([name, text]) => ({ name, value: String(text) })) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function noImage({ command, positionals: [source = '.'] }: ParsedCommand, config: Config | undefined): StiError {
  const where = config === undefined ? `there is no ${configPath} in ${source}` : `${config.file} has no image`;
  return new StiError('usage', `IMAGE is missing: the command line names no builder image, and ${where}`, {
    hint: `Write sti ${command.name} SOURCE IMAGE [TAG], or {"image": "nodejs-20", "tag": "my-app"} into ${configPath}.`,
  });
}

import type { Command } from '../command.ts';
import { longName, type Option, type OptionName, options } from '../options.ts';

/** One key of `.sti/config.json`. */
export interface ConfigKey {
  readonly name: string;
  readonly description: string;
  /** Absent for what is an argument on the command line: the builder image and the tag. */
  readonly option?: Option;
  readonly optionName?: OptionName;
}

const image: ConfigKey = { name: 'image', description: 'The builder image' };
const tag: ConfigKey = { name: 'tag', description: 'What to call the new image' };

/**
 * Every key, named like the option: `--context-dir` is `contextDir`. What is about one run only (`--help`) or hidden has
 * none.
 * @param commands those whose options count
 */
export function configKeys(commands: readonly Command[]): ConfigKey[] {
  const names = new Set(commands.filter(takesConfig).flatMap((command) => command.options));
  const shown = [...names].filter((name) => !options[name].hidden && !options[name].commandLineOnly);
  return [image, tag, ...shown.map(optionKey)];
}

/** The commands that work on an application, whose folder may have a configuration file. */
function takesConfig({ name }: Command): boolean {
  return name === 'build' || name === 'dev';
}

function optionKey(optionName: OptionName): ConfigKey {
  const option: Option = options[optionName];
  const camelCase = longName(optionName)
    .slice(2)
    .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return { name: option.plural ?? camelCase, description: option.help, option, optionName };
}

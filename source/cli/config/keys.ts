import type { ImageReference } from '../../protocol/image/reference.ts';
import { commands } from '../command-line/table.ts';
import { imageReference, outputReference } from '../options/kinds/reference.ts';
import type { Option } from '../options/option.ts';
import type { Schema } from '../options/schema.ts';
import { type OptionName, type OptionValue, optionNames, options } from '../options/table.ts';

/** What is an argument on the command line. */
interface ArgumentValue {
  readonly image: ImageReference;
  readonly tag: ImageReference;
}

/** A key of `.sti/config.json`: an option, or the builder image or the tag. */
export type ConfigKey = OptionName | keyof ArgumentValue;
export type ConfigValue = OptionValue & ArgumentValue;

/** Parsed values by their keys; those that nobody may configure are never there. */
export type ConfigValues = { readonly [Key in ConfigKey]?: ConfigValue[Key] | undefined };

type KeyEntry<Value> = Pick<Option<Value>, 'kind' | 'help' | 'default' | 'otherwise' | 'configuredBy'>;

/** Who builds a folder asks for its image and its tag. */
const argumentKeys = {
  image: { kind: imageReference, help: 'Builder image', configuredBy: 'folder' },
  tag: { kind: outputReference, help: 'Name of the new image', configuredBy: 'folder' },
} as const;

export const configTable: { readonly [Key in ConfigKey]: KeyEntry<ConfigValue[Key]> } = { ...argumentKeys, ...options };

const configurable = new Set<OptionName>([...commands.build.options, ...commands.dev.options]);

/** Every key. What is about one run only (`--help`) or hidden has none. */
export const configKeys: readonly ConfigKey[] = [
  'image',
  'tag',
  ...optionNames.filter(
    (name) => configurable.has(name) && !options[name].hidden && options[name].configuredBy !== 'nobody',
  ),
];

export function isConfigKey(name: string): name is ConfigKey {
  return configKeys.some((key) => key === name);
}

/** Whether an option can be set by a configuration file. */
export function isConfigurable(name: OptionName): boolean {
  return configKeys.includes(name);
}

/** What `.sti/config.json` may hold, for editors. */
export function configSchema(): Schema {
  const editor: Schema = { type: 'string', description: 'Where an editor finds this schema' };
  const properties = configKeys.map((key): [string, Schema] => {
    const { help, kind } = configTable[key];
    return [key, { description: help, ...kind.schema }];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: '.sti/config.json',
    description: 'Options of sti build and sti dev for one application; the command line wins',
    type: 'object',
    properties: { $schema: editor, ...Object.fromEntries(properties) },
    additionalProperties: false,
  };
}

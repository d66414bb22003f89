import { defaultText } from '../../../source/cli/command-line/help.ts';
import { commands } from '../../../source/cli/command-line/table.ts';
import { type ConfigKey, configTable, isConfigKey } from '../../../source/cli/config/keys.ts';
import { compatibleOptions } from '../../../source/cli/options/compatible.ts';
import { outputOptions } from '../../../source/cli/options/output.ts';
import type { Schema } from '../../../source/cli/options/schema.ts';

/** Programs see events instead, and have no habits. */
const leftOut: object = { ...outputOptions, ...compatibleOptions };

/** The module of the types that a program's requests have, made from the table of options. */
export function optionTypes(): string {
  return [
    '/** Made from the table of options by `npm run docs`: the keys are those of `.sti/config.json`. */',
    '',
    '/** What {@link build} takes. */',
    ...interfaceOf('BuildOptions', commands.build.options),
    '',
    '/** What {@link dev} takes. */',
    ...interfaceOf('DevOptions', commands.dev.options),
    '',
  ].join('\n');
}

function interfaceOf(name: string, optionNames: readonly string[]): string[] {
  const keys = ['image', 'tag', ...optionNames.filter((option) => !Object.hasOwn(leftOut, option))].filter(isConfigKey);
  return [
    `export interface ${name} {`,
    '  /** What to build, as on the command line (default: the working folder). */',
    '  readonly source?: string | undefined;',
    ...keys.flatMap((key) => [
      `  /** ${helpOf(key)}. */`,
      `  readonly ${key}?: ${typeOf(configTable[key].kind.schema)} | undefined;`,
    ]),
    '}',
  ];
}

function helpOf(key: ConfigKey): string {
  const preset = key === 'image' || key === 'tag' ? undefined : defaultText(key);
  return preset === undefined ? configTable[key].help : `${configTable[key].help} (default: ${preset})`;
}

function arrayOf(type: string): string {
  return type.includes('|') ? `readonly (${type})[]` : `readonly ${type}[]`;
}

function typeOf({ type, enum: choices, items, properties, additionalProperties }: Schema): string {
  if (choices !== undefined) return choices.map((word) => `'${word}'`).join(' | ');
  const types = [type].flat().map((name) => {
    switch (name) {
      case 'integer':
        return 'number';
      case 'array':
        return arrayOf(items === undefined ? 'unknown' : typeOf(items));
      case 'object':
        if (properties !== undefined)
          return `{ ${Object.entries(properties)
            .map(([key, value]) => `readonly ${key}: ${typeOf(value)}`)
            .join('; ')} }`;
        return `Readonly<Record<string, ${additionalProperties ? typeOf(additionalProperties) : 'unknown'}>>`;
      default:
        return name;
    }
  });
  return types.join(' | ');
}

import { StiError } from '../../errors.ts';
import { buildOptions } from './build.ts';
import { compatibleOptions } from './compatible.ts';
import { containerOptions } from './container.ts';
import { devOptions } from './dev.ts';
import { generalOptions } from './general.ts';
import type { AbsentOf, Option, ValueOf } from './option.ts';
import { runtimeOptions } from './other-image.ts';
import { outputOptions } from './output.ts';
import { templateOptions } from './template.ts';
import { verifyOptions } from './verify.ts';

const table = {
  ...buildOptions,
  ...containerOptions,
  ...runtimeOptions,
  ...compatibleOptions,
  ...devOptions,
  ...generalOptions,
  ...outputOptions,
  ...verifyOptions,
  ...templateOptions,
};

/** An option's name is also its key in `.sti/config.json`. */
export type OptionName = keyof typeof table;

export type OptionValue = { [Name in OptionName]: ValueOf<(typeof table)[Name]> };
type AbsentValue = { [Name in OptionName]: AbsentOf<(typeof table)[Name]> };

/** All options of all commands: a spelling means the same everywhere, so options may stand before the command too. */
export const options: { readonly [Name in OptionName]: Option<OptionValue[Name]> } = table;

export const optionNames: readonly OptionName[] = keysOf(table);

/** What parsing needs to know of each spelling. */
export const optionsBySpelling: ReadonlyMap<string, OptionName> = new Map(
  optionNames.flatMap((name) => options[name].names.map((spelling) => [spelling, name] as const)),
);

/** While they are collected. */
export type MutableOptions = { [Name in OptionName]?: OptionValue[Name] | undefined };

/** Those that somebody set: undefined is an empty value, which sets nothing and hides what a weaker place sets. */
export type ExplicitOptions = Readonly<MutableOptions>;

/** What holds of every option. */
export type OptionValues = { readonly [Name in OptionName]: OptionValue[Name] | AbsentValue[Name] };

export function withDefaults(explicit: ExplicitOptions): OptionValues {
  const values: MutableOptions = {};
  const settle = <Name extends OptionName>(name: Name): void => {
    const { kind, default: preset } = options[name];
    values[name] = explicit[name] ?? preset ?? kind.absent;
  };
  for (const name of optionNames) settle(name);
  if (isWhole(values)) return values;
  throw new StiError('bug', 'an option without a value');
}

function isWhole(values: ExplicitOptions): values is OptionValues {
  return optionNames.every((name) => Object.hasOwn(values, name));
}

/** Whether it stands alone: `--clean`. */
export function isSwitch(name: OptionName): boolean {
  return options[name].kind.placeholder === undefined;
}

function keysOf<Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] {
  const names: Name[] = [];
  for (const name in record) names.push(name);
  return names;
}

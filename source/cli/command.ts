import type { EnvironmentVariable } from '../build/request.ts';
import type { Context } from './context.ts';
import type { OptionName } from './options.ts';

/** One row of the command table: parsing, help and the README come from it. */
export interface Command {
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly arguments: readonly Argument[];
  /** It takes more arguments than these, and refuses by itself what is too much. */
  readonly moreArguments?: true;
  readonly options: readonly OptionName[];
  readonly examples: readonly string[];
  /** Imports what the command does, so that a command costs nothing until it is run. */
  readonly load: () => Promise<{ readonly run: RunCommand }>;
}

export interface Argument {
  /** As the synopsis shows it: `SOURCE`. */
  readonly name: string;
  readonly required: boolean;
  readonly help: string;
}

export interface ParsedCommand {
  readonly command: Command;
  readonly positionals: readonly string[];
  readonly options: ParsedOptions;
  /** What `.sti/config.json` adds that can't be told as an option of the command line. */
  readonly configured?: Configured;
}

export interface Configured {
  /** Taken as they are: a comma in a value separates nothing. */
  readonly env: readonly EnvironmentVariable[];
  /** Whether the environment file in `options` is the configuration file's too, and not the command line's. */
  readonly envFile: boolean;
}

/** The values of each option given, in the order given; a switch has the value `true` or `false`. */
export type ParsedOptions = ReadonlyMap<OptionName, readonly string[]>;

/** Resolves to the exit code. */
export type RunCommand = (parsed: ParsedCommand, context: Context) => Promise<number>;

/** `SOURCE IMAGE [TAG]`, `[SOURCE [IMAGE]]` */
export function argumentSynopsis(command: Command): string {
  return command.arguments.reduceRight((rest, { name, required }) => {
    const text = `${name} ${rest}`.trimEnd();
    return required ? text : `[${text}]`;
  }, '');
}

/** Whether a switch is on; undefined when it was not given. */
export function optionSwitch(options: ParsedOptions, name: OptionName): boolean | undefined {
  const given = options.get(name);
  return given === undefined ? undefined : given.at(-1) === 'true';
}

/** The value of an option; an empty one counts as not given, so that `--ref "$REF"` works with REF unset. */
export function optionValue(options: ParsedOptions, name: OptionName): string | undefined {
  return options.get(name)?.at(-1) || undefined;
}

export function optionValues(options: ParsedOptions, name: OptionName): readonly string[] {
  return options.get(name) ?? [];
}

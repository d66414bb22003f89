import type { Completion } from '../options/kinds/kind.ts';
import type { ExplicitOptions, OptionName } from '../options/table.ts';

/** What a command is to its users: parsing, help, completion and docs come from it. What it does is elsewhere. */
export interface Command {
  /** In the imperative, under 60 characters, without a full stop. */
  readonly summary: string;
  readonly arguments: readonly Argument[];
  /** It takes more arguments than these, and refuses by itself what is too much. */
  readonly moreArguments?: true;
  readonly options: readonly OptionName[];
  /** What an option does here, where its own help says what it does elsewhere. */
  readonly meanings?: Readonly<Partial<Record<OptionName, string>>>;
  readonly examples: readonly string[];
}

export interface Argument {
  /** As the synopsis shows it: `SOURCE`. */
  readonly name: string;
  readonly required: boolean;
  /** Under 60 characters, without a full stop. */
  readonly help: string;
  /** What holds without it. */
  readonly otherwise?: string;
  /** What completion offers. */
  readonly completes?: Completion | 'command';
}

/** A command line, its options parsed. */
export interface ParsedCommand<Name extends string = string, Options extends OptionName = OptionName> {
  readonly command: Name;
  readonly positionals: readonly string[];
  readonly explicit: Pick<ExplicitOptions, Options>;
}

/** `SOURCE IMAGE [TAG]`, `[SOURCE [IMAGE]]` */
export function argumentSynopsis(command: Command): string {
  return command.arguments.reduceRight((rest, { name, required }) => {
    const text = `${name} ${rest}`.trimEnd();
    return required ? text : `[${text}]`;
  }, '');
}

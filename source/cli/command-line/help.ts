import { twoColumns, wrap } from '../../terminal/columns.ts';
import { type OptionName, options } from '../options/table.ts';
import { type Argument, argumentSynopsis, type Command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { type CommandName, commandNames, commands } from './table.ts';

export const purpose =
  'Source to images: application source and a builder image become a ready-to-run container image.';

const widest = 100;
/** A longer list of names pushes its explanation to the next line. */
const leftLimit = 28;

/** What `sti --help` prints. */
export function generalHelp(columns: number | undefined): string {
  const list = commandNames.map((name): Row => [synopsis(name), commands[name].summary]);
  return page(
    [
      { text: 'Usage: sti COMMAND [OPTIONS]' },
      { text: purpose },
      { text: 'Commands:', rows: list },
      { text: 'Options:', rows: optionRows(['help', 'version']) },
      { text: 'Exit codes:', rows: exitCodeRows() },
      { text: 'sti help COMMAND explains one command.' },
    ],
    columns,
  );
}

/** What `sti COMMAND --help` prints. */
export function commandHelp(name: CommandName, columns: number | undefined): string {
  const command = commands[name];
  const usage = `Usage: sti ${name} [OPTIONS] ${argumentSynopsis(command)}`.trimEnd();
  return page(
    [
      { text: usage },
      { text: `${command.summary}.` },
      { text: 'Arguments:', rows: command.arguments.map((argument): Row => [argument.name, argumentHelp(argument)]) },
      { text: 'Options:', rows: optionRows(command.options, command) },
      { text: 'Examples:', rows: command.examples.map((example): Row => [example, '']) },
      { text: 'Exit codes:', rows: name === 'build' ? exitCodeRows() : [] },
    ],
    columns,
  );
}

/** `build [SOURCE [IMAGE [TAG]]]` */
export function synopsis(name: CommandName): string {
  return `${name} ${argumentSynopsis(commands[name])}`.trimEnd();
}

/** What an argument is, with its default. */
export function argumentHelp({ help, otherwise }: Argument): string {
  return otherwise === undefined ? help : `${help} (default: ${otherwise})`;
}

/** `-e, --env NAME=VALUE` */
export function optionNames(name: OptionName): string {
  const { names, kind } = options[name];
  return names.join(', ') + (kind.placeholder === undefined ? '' : ` ${kind.placeholder}`);
}

/** What an option does in a command. */
export function meaningOf(name: OptionName, command?: Command): string {
  return command?.meanings?.[name] ?? options[name].help;
}

/** What an option does, with its choices and its default. */
export function optionHelp(name: OptionName, command?: Command): string {
  const { kind } = options[name];
  const help = meaningOf(name, command);
  const preset = defaultText(name);
  const notes = [
    ...(kind.schema.enum === undefined ? [] : [`one of ${kind.schema.enum.join(', ')}`]),
    ...(kind.join === undefined ? [] : ['repeatable']),
    ...(preset === undefined ? [] : [`default: ${preset}`]),
  ];
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`;
}

/** What holds when nobody gives a value, in words. */
export function defaultText(name: OptionName): string | undefined {
  return printDefault(name) ?? options[name].otherwise;
}

function printDefault<Name extends OptionName>(name: Name): string | undefined {
  const { kind, default: preset } = options[name];
  return preset === undefined ? undefined : kind.print(preset).join(' ');
}

export function shownOptions(names: readonly OptionName[]): OptionName[] {
  return names.filter((name) => !options[name].hidden);
}

type Row = readonly [string, string];

interface Section {
  readonly text: string;
  readonly rows?: readonly Row[];
}

/** Sections with an empty line between them; one that should have rows and has none is left out. */
function page(sections: readonly Section[], columns = 80): string {
  const width = Math.min(columns, widest);
  const shown = sections.filter(({ rows }) => rows === undefined || rows.length > 0);
  return `${shown.map(({ text, rows = [] }) => [...wrap(text, width), ...twoColumns(rows, width, leftLimit)].join('\n')).join('\n\n')}\n`;
}

function optionRows(names: readonly OptionName[], command?: Command): Row[] {
  return shownOptions(names).map((name) => [optionNames(name), optionHelp(name, command)]);
}

function exitCodeRows(): Row[] {
  return exitCodes.map(({ exitCode, meaning }) => [String(exitCode).padStart(3), meaning]);
}

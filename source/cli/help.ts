import { argumentSynopsis, type Command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { twoColumns, wrap } from './layout.ts';
import { type OptionName, options } from './options.ts';

const widest = 100;
/** A longer list of names pushes its explanation to the next line. */
const leftLimit = 28;

/** What `sti --help` prints. */
export function generalHelp(commands: readonly Command[], columns: number | undefined): string {
  const list = commands.map(
    (command): Row => [`${command.name} ${argumentSynopsis(command)}`.trimEnd(), command.summary],
  );
  return page(
    [
      { text: 'Usage: sti COMMAND [OPTIONS]' },
      { text: 'Source to images: application source and a builder image become a ready-to-run container image.' },
      { text: 'Commands:', rows: list },
      { text: 'Options:', rows: optionRows(['help', 'version']) },
      { text: 'Exit codes:', rows: exitCodeRows() },
      { text: 'sti help COMMAND explains one command.' },
    ],
    columns,
  );
}

/** What `sti COMMAND --help` prints. */
export function commandHelp(command: Command, columns: number | undefined): string {
  const usage = `Usage: sti ${command.name} [OPTIONS] ${argumentSynopsis(command)}`.trimEnd();
  return page(
    [
      { text: usage },
      { text: `${command.summary}.` },
      { text: 'Arguments:', rows: command.arguments.map(({ name, help }): Row => [name, help]) },
      { text: 'Options:', rows: optionRows(command.options) },
      { text: 'Examples:', rows: command.examples.map((example): Row => [example, '']) },
      { text: 'Exit codes:', rows: command.name === 'build' ? exitCodeRows() : [] },
    ],
    columns,
  );
}

/** `-e, --env NAME=VALUE` */
export function optionNames(name: OptionName): string {
  const { names, value } = options[name];
  return names.join(', ') + (value === undefined ? '' : ` ${value}`);
}

/** What an option does, with its choices and its default. */
export function optionHelp(name: OptionName): string {
  const { help, choices, repeatable, default: preset } = options[name];
  const notes = [
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(repeatable ? ['repeatable'] : []),
    ...(preset === undefined ? [] : [`default: ${preset}`]),
  ];
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`;
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

function optionRows(names: readonly OptionName[]): Row[] {
  return shownOptions(names).map((name) => [optionNames(name), optionHelp(name)]);
}

function exitCodeRows(): Row[] {
  return exitCodes.map(({ exitCode, meaning }) => [String(exitCode).padStart(3), meaning]);
}

import { argumentSynopsis, type Command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { optionHelp, optionNames, shownOptions } from './help.ts';

/** The keys of the dashboard by group: each with what it does. */
export type KeyGroups = readonly { readonly group: string; readonly rows: readonly (readonly [string, string])[] }[];

/**
 * The README with its tables as the command table and the key table have them now: what stands between
 * `<!-- commands -->` and `<!-- /commands -->`, and so for `keys` and `exit-codes`.
 * @throws Error when a mark is missing, so that a table can't get lost unnoticed
 */
export function fillReadme(text: string, commands: readonly Command[], keys: KeyGroups): string {
  const withKeys = fill(text, 'keys', keyTable(keys));
  return fill(fill(withKeys, 'commands', commandTables(commands)), 'exit-codes', exitCodeTable());
}

function fill(text: string, name: string, content: string): string {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = text.indexOf(opening);
  const end = text.indexOf(closing);
  if (start < 0 || end < start) throw new Error(`the README lacks ${opening} … ${closing}`);
  return `${text.slice(0, start)}${opening}\n${content}\n${text.slice(end)}`;
}

function commandTables(commands: readonly Command[]): string {
  const overview = table(
    ['Command', 'What it does'],
    commands.map((command) => [code(`sti ${command.name} ${argumentSynopsis(command)}`.trimEnd()), command.summary]),
  );
  const withOptions = commands.filter(({ options }) => options.some((name) => name !== 'help'));
  const sections = withOptions.map((command) => {
    const names = shownOptions(command.options);
    return `### Options of \`sti ${command.name}\`\n\n${table(
      ['Option', 'What it does'],
      names.map((name) => [code(optionNames(name)), optionHelp(name)]),
    )}`;
  });
  return [overview, ...sections].join('\n\n');
}

function keyTable(groups: KeyGroups): string {
  return table(
    ['', 'Key', 'What it does'],
    groups.flatMap(({ group, rows }) =>
      rows.map(([keys, help], index) => [index === 0 ? group : '', keys.split(' ').map(code).join(' '), help]),
    ),
  );
}

function exitCodeTable(): string {
  return table(
    ['Exit code', 'Meaning'],
    exitCodes.map(({ exitCode, meaning }) => [String(exitCode), meaning]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const code = (text: string): string => `\`${text}\``;

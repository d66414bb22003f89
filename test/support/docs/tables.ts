import { exitCodes } from '../../../source/cli/command-line/exit-codes.ts';
import { optionHelp, optionNames, shownOptions, synopsis } from '../../../source/cli/command-line/help.ts';
import { commandNames, commands } from '../../../source/cli/command-line/table.ts';

/** The keys of the dashboard by group: each with what it does. */
export type KeyGroups = readonly { readonly group: string; readonly rows: readonly (readonly [string, string])[] }[];

/** The page of the commands with its tables as they are now. @throws Error like {@link fill} */
export function fillCommands(text: string): string {
  return fill(fill(text, 'commands', commandTables()), 'exit-codes', exitCodeTable());
}

/** The page of the dashboard with its keys as they are now. @throws Error like {@link fill} */
export function fillKeys(text: string, keys: KeyGroups): string {
  return fill(text, 'keys', keyTable(keys));
}

/**
 * Replaces what stands between `<!-- name -->` and `<!-- /name -->`.
 * @throws Error when a mark is missing, so that a table can't get lost unnoticed
 */
function fill(text: string, name: string, content: string): string {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = text.indexOf(opening);
  const end = text.indexOf(closing);
  if (start < 0 || end < start) throw new Error(`the page lacks ${opening} … ${closing}`);
  return `${text.slice(0, start)}${opening}\n${content}\n${text.slice(end)}`;
}

function commandTables(): string {
  const overview = table(
    ['Command', 'What it does'],
    commandNames.map((name) => [code(`sti ${synopsis(name)}`), commands[name].summary]),
  );
  const withOptions = commandNames.filter((name) => commands[name].options.some((option) => option !== 'help'));
  const sections = withOptions.map((name) => {
    const names = shownOptions(commands[name].options);
    return `### Options of \`sti ${name}\`\n\n${table(
      ['Option', 'What it does'],
      names.map((option) => [code(optionNames(option)), optionHelp(option, commands[name])]),
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

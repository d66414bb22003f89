import type { Command } from '../command-line/command.ts';
import { meaningOf, shownOptions } from '../command-line/help.ts';
import { type CommandName, commandNames, commands } from '../command-line/table.ts';
import type { Completion } from '../options/kinds/kind.ts';
import { isSwitch, type OptionName, options } from '../options/table.ts';
import { completionOf } from './arguments.ts';

const folders = '(__fish_complete_directories)';

/** The completion of fish. */
export function fishCompletion(): string {
  const lines = [
    'complete -c sti -f',
    ...commandNames.map((name) => {
      return `complete -c sti -n __fish_use_subcommand -a ${name} -d ${quote(commands[name].summary)}`;
    }),
    ...(['help', 'version'] as const).map((name) => option('__fish_use_subcommand', name)),
    ...commandNames.flatMap(commandLines),
  ];
  return `# fish completion of sti. To use it: sti completion fish > ~/.config/fish/completions/sti.fish\n${lines.join('\n')}\n`;
}

function commandLines(name: CommandName): string[] {
  const condition = quote(`__fish_seen_subcommand_from ${name}`);
  const { arguments: places, options: names } = commands[name];
  const offers = new Set(
    places.map(completionOf).flatMap((completes) => (completes === undefined ? [] : [offer(completes)])),
  );
  return [
    ...shownOptions(names).map((option_) => option(condition, option_, commands[name])),
    ...[...offers].map((words) => `complete -c sti -n ${condition} ${words}`),
  ];
}

function option(condition: string, name: OptionName, command?: Command): string {
  const { names, kind } = options[name];
  const spellings = names.map((spelling) =>
    spelling.startsWith('--') ? `-l ${spelling.slice(2)}` : `-s ${spelling.slice(1)}`,
  );
  const value = isSwitch(name) ? [] : ['-r', kind.completes === undefined ? '-f' : offer(kind.completes)];
  return ['complete -c sti -n', condition, ...spellings, ...value, '-d', quote(meaningOf(name, command))].join(' ');
}

function offer(completes: Completion): string {
  if (completes === 'file') return '-F';
  return completes === 'folder' ? `-f -a ${quote(folders)}` : `-f -a ${quote(completes.join(' '))}`;
}

const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

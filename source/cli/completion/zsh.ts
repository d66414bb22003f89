import type { Command } from '../command-line/command.ts';
import { meaningOf, shownOptions } from '../command-line/help.ts';
import { type CommandName, commandNames, commands } from '../command-line/table.ts';
import type { Completion } from '../options/kinds/kind.ts';
import { type OptionName, options } from '../options/table.ts';
import { completionOf } from './arguments.ts';

/** The completion of zsh: a function for its `fpath`, or to be sourced. */
export function zshCompletion(): string {
  return `#compdef sti
# zsh completion of sti. To use it: sti completion zsh > ~/.zfunc/_sti, with fpath=(~/.zfunc $fpath) before compinit

_sti() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
${commandNames.map((name) => `    ${quote(`${name}:${commands[name].summary}`)}`).join('\n')}
  )
  _arguments -C ${[...specs('help'), ...specs('version')].join(' ')} '1: :->command' '*:: :->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
${commandNames.map(commandCase).join('\n')}
      esac ;;
  esac
}

if [ "$funcstack[1]" = _sti ]; then _sti "$@"; else compdef _sti sti; fi
`;
}

function commandCase(name: CommandName): string {
  const { arguments: places, moreArguments, options: names } = commands[name];
  const words = [
    ...shownOptions(names).flatMap((option) => specs(option, commands[name])),
    ...places.map((place, index) => quote(`${index + 1}:${message(place.name)}:${action(completionOf(place))}`)),
    ...(moreArguments ? [quote('*:FOLDER:_files -/')] : []),
  ];
  return `        ${name}) _arguments -s \\\n${words.map((word) => `          ${word}`).join(' \\\n')} ;;`;
}

/** One word for each spelling; where it can't be repeated, each excludes all. */
function specs(name: OptionName, command?: Command): string[] {
  const { names, kind } = options[name];
  const help = meaningOf(name, command);
  const before = kind.join === undefined ? `(${names.join(' ')})` : '*';
  const value = kind.placeholder === undefined ? '' : `:${message(kind.placeholder)}:${action(kind.completes)}`;
  return names.map((spelling) => {
    const joined = value === '' ? '' : spelling.startsWith('--') ? '=' : '+';
    return quote(`${before}${spelling}${joined}[${help.replace(/[[\]\\]/g, '\\$&')}]${value}`);
  });
}

function action(completes: Completion | undefined): string {
  if (completes === undefined) return ' ';
  if (completes === 'file') return '_files';
  if (completes === 'folder') return '_files -/';
  return `(${completes.join(' ')})`;
}

const message = (text: string): string => text.replaceAll(':', '\\:');
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

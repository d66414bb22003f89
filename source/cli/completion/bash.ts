import { shownOptions } from '../command-line/help.ts';
import { commandNames, commands } from '../command-line/table.ts';
import type { Completion } from '../options/kinds/kind.ts';
import { isSwitch, optionNames, options } from '../options/table.ts';
import { completionOf } from './arguments.ts';

/**
 * The completion of bash, from its version 3.2 on. It is static, so that a tab starts no sti.
 */
export function bashCompletion(): string {
  const withValue = optionNames.filter((name) => !isSwitch(name) && !options[name].hidden);
  return `# bash completion of sti. To use it: source <(sti completion bash)

_sti_offer() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$@" -- "$word")
}

_sti_paths() {
  compopt -o filenames 2>/dev/null
  _sti_offer "$1"
}

_sti_value() {
  case $1 in
${withValue.map((name) => `    ${options[name].names.join('|')}) ${offer(options[name].kind.completes)} ;;`).join('\n')}
    *) return 1 ;;
  esac
}

_sti() {
  local word=\${COMP_WORDS[COMP_CWORD]} option=\${COMP_WORDS[COMP_CWORD-1]} command='' place=0 i
  COMPREPLY=()
  # bash makes three words of --option=value.
  if [ "$word" = = ]; then word=''; elif [ "$option" = = ]; then option=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${withValue.flatMap((name) => options[name].names).join('|')})
        if [ "\${COMP_WORDS[i+1]-}" = = ]; then i=$((i + 2)); else i=$((i + 1)); fi ;;
      -*|=) ;;
      *) if [ -z "$command" ]; then command=\${COMP_WORDS[i]}; else place=$((place + 1)); fi ;;
    esac
  done
  if _sti_value "$option"; then return; fi
  case $command in
    '') _sti_offer -W '${[...commandNames, '--help', '--version'].join(' ')}' ;;
${commandNames.map((name) => `    ${name}) ${commandCase(name)} ;;`).join('\n')}
  esac
}

complete -F _sti sti
`;
}

function commandCase(name: (typeof commandNames)[number]): string {
  const spellings = shownOptions(commands[name].options).flatMap((option) => options[option].names);
  const places = commands[name].arguments.flatMap((argument, place) =>
    argument.completes === undefined ? [] : [`${place}) ${offer(completionOf(argument))} ;;`],
  );
  if (commands[name].moreArguments) places.push(`*) ${offer('folder')} ;;`);
  return [
    `case $word in`,
    `      -*) _sti_offer -W '${spellings.join(' ')}' ;;`,
    ...(places.length === 0 ? [] : [`      *) case $place in ${places.join(' ')} esac ;;`]),
    '    esac',
  ].join('\n');
}

function offer(completes: Completion | undefined): string {
  if (completes === undefined) return ':';
  if (completes === 'file') return '_sti_paths -f';
  if (completes === 'folder') return '_sti_paths -d';
  return `_sti_offer -W '${completes.join(' ')}'`;
}

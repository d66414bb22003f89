import { exitCodes } from '../../../source/cli/command-line/exit-codes.ts';
import {
  argumentHelp,
  optionHelp,
  optionNames,
  purpose,
  shownOptions,
  synopsis,
} from '../../../source/cli/command-line/help.ts';
import { type CommandName, commandNames, commands } from '../../../source/cli/command-line/table.ts';

/** The manual page sti(1), in the macros that every `man` knows. */
export function manPage(): string {
  const lines = [
    '.\\" Made from the table of commands and options by `npm run docs`.',
    '.TH STI 1 "" sti "User Commands"',
    '.SH NAME',
    'sti \\- build container images from application source',
    '.SH SYNOPSIS',
    ...commandNames.flatMap((name) => ['.B sti', plain(usage(name)), '.br']),
    '.SH DESCRIPTION',
    plain(purpose),
    '.SH COMMANDS',
    ...commandNames.flatMap(section),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(({ exitCode, meaning }) => item(String(exitCode), meaning)),
    '.SH FILES',
    ...item('.sti/config.json', 'Options of an application, in its folder'),
    ...item('~/.config/sti/config.json', 'Options of yours, for every application'),
    ...item('.sti/environment, .s2i/environment', 'Variables of the source'),
    ...item('.stiignore, .s2iignore, .dockerignore', 'What of the source is left out; the first that is there counts'),
    '.SH ENVIRONMENT',
    ...item('DOCKER_HOST, DOCKER_CONTEXT', 'Choose the container engine'),
    ...item('HTTP_PROXY, HTTPS_PROXY, NO_PROXY', 'Proxies, in small letters too'),
    ...item('NO_COLOR, FORCE_COLOR', 'Switch colours off or on'),
    '.SH SEE ALSO',
    '.BR docker (1),',
    '.BR podman (1),',
    '.BR git (1)',
  ];
  return `${lines.join('\n')}\n`;
}

function section(name: CommandName): string[] {
  const { summary, arguments: places, options, examples } = commands[name];
  return [
    `.SS sti ${plain(usage(name))}`,
    plain(`${summary}.`),
    ...places.flatMap((place) => item(place.name, argumentHelp(place))),
    ...shownOptions(options).flatMap((option) => item(optionNames(option), optionHelp(option, commands[name]))),
    ...(examples.length === 0 ? [] : ['.PP', 'Examples:']),
    ...examples.flatMap((example) => ['.PP', '.RS 4', '.nf', plain(example), '.fi', '.RE']),
  ];
}

function usage(name: CommandName): string {
  return synopsis(name).replace(/^\S+/, '$& [OPTIONS]');
}

function item(term: string, text: string): string[] {
  return ['.TP', `.B ${plain(term)}`, plain(text)];
}

/** Text as troff shows it unchanged: signs that can be copied, and no line that begins a request. */
function plain(text: string): string {
  const signs: Readonly<Record<string, string>> = { '\\': '\\e', '-': '\\-', '~': '\\(ti', '"': '\\(dq' };
  return text.replace(/[\\~"-]/g, (sign) => signs[sign] ?? sign).replace(/^[.']/, '\\&$&');
}

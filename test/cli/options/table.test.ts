import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../../source/cli/command-line/exit-codes.ts';
import { type CommandName, commandNames, commands } from '../../../source/cli/command-line/table.ts';
import { isConfigurable } from '../../../source/cli/config/keys.ts';
import { parseValues } from '../../../source/cli/config/values.ts';
import { WrongValue } from '../../../source/cli/options/kinds/kind.ts';
import { type OptionName, optionNames, options } from '../../../source/cli/options/table.ts';
import { run } from '../../../source/cli/run.ts';
import { fakeContext } from '../../support/cli-fakes.ts';

/** The canonical long spelling: `--env`. */
function longName(name: OptionName): string {
  const { names } = options[name];
  return names.find((spelling) => spelling.startsWith('--')) ?? names[0];
}

/** Among these is something wrong for every kind of value. */
const candidates = [
  'x y',
  '-1',
  '0',
  '0s',
  '99999h',
  '=x',
  'noequals',
  '8080:',
  '70000',
  'ftp://h',
  'tcp://',
  ' ',
  '(',
];

/** Any text may be right: what it names is looked for later. */
const anyText: readonly OptionName[] = [
  'envFile',
  'ref',
  'contextDir',
  'applicationName',
  'description',
  'asDockerfile',
  'metadataFile',
  'inject',
  'ca',
  'explain',
  'dockercfgPath',
  'requests',
  'exec',
];

function refused(name: OptionName, text: string): boolean {
  try {
    options[name].kind.parse(text);
    return false;
  } catch (thrown) {
    if (thrown instanceof WrongValue) return true;
    throw thrown;
  }
}

const wrongTexts = (name: OptionName) => candidates.filter((text) => refused(name, text));
const withWrong = (names: readonly OptionName[]) => names.filter((name) => wrongTexts(name).length > 0);

function commandLine(command: CommandName, name: OptionName, text: string): string[] {
  const needed = commands[command].arguments.filter(({ required }) => required).map(() => 'image');
  return [command, ...needed, `${longName(name)}=${text}`];
}

/** The value as an error shows it: what is behind a `=` may be a secret. */
function shown(name: OptionName, text: string): string {
  return ['env', 'devEnv', 'labels'].includes(name) ? text.replace(/=.*/, '=…') : text;
}

describe('a wrong value', () => {
  it('exists of every option, but of those that take any text', () => {
    expect(optionNames.filter((name) => wrongTexts(name).length === 0)).toEqual(anyText);
  });

  // `--help` asks for help whatever its value.
  it.each(
    commandNames.flatMap((command) =>
      withWrong(commands[command].options).flatMap((name) => (name === 'help' ? [] : [{ command, name }])),
    ),
  )('of $name is refused by sti $command with one line and what to try', async ({ command, name }) => {
    for (const text of wrongTexts(name)) {
      const context = fakeContext();
      expect(await run(commandLine(command, name, text), context)).toBe(64);
      expect(context.stdout.text).toBe('');
      const [error, ...rest] = context.stderr.text.split('\n');
      expect(error).toContain(`Error: Invalid value "${shown(name, text)}" for ${longName(name)}: expected `);
      expect(error).toContain(options[name].kind.expected);
      expect(rest).toEqual([`Try: See sti ${command} --help.`, 'exit code 64', '']);
    }
  });

  it.each(withWrong(optionNames.filter(isConfigurable)))('of %s is refused in a configuration file as well', (name) => {
    for (const text of wrongTexts(name)) {
      const { problems } = parseValues({ [name]: text }, '/app');
      expect(problems).toEqual([expect.stringMatching(new RegExp(`^Invalid value .* for ${name}: expected `))]);
    }
  });
});

describe('the table', () => {
  const spellings = optionNames.flatMap((name) => options[name].names);

  it('has each spelling once', () => {
    expect(new Set(spellings).size).toBe(spellings.length);
  });

  it('explains everything in the imperative, in less than 60 characters, without a full stop', () => {
    const texts = [
      ...optionNames.map((name) => options[name].help),
      ...commandNames.map((name) => commands[name].summary),
    ];
    const verb = /^[A-Z][a-z]*[a-rt-z],? /;
    expect(texts.filter((text) => !verb.test(text))).toEqual([]);
    const more = [
      ...commandNames.flatMap((name) => commands[name].arguments.map(({ help }) => help)),
      ...exitCodes.map(({ meaning }) => meaning),
    ];
    expect([...texts, ...more].filter((text) => text.length >= 60 || text.endsWith('.'))).toEqual([]);
  });

  it('calls an option in a configuration file what it is called on the command line, or the plural of it', () => {
    const odd = optionNames.filter((name) => {
      const camelCase = longName(name)
        .slice(2)
        .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      return name !== camelCase && name !== `${camelCase}s`;
    });
    expect(odd).toEqual([]);
  });

  it('has defaults that their kinds accept', () => {
    const parsesBack = <Name extends OptionName>(name: Name): boolean => {
      const { kind, default: preset } = options[name];
      return preset === undefined || kind.print(preset).every((word) => isDeepStrictEqual(kind.parse(word), preset));
    };
    const odd = optionNames.filter((name) => !parsesBack(name));
    expect(odd).toEqual([]);
  });
});

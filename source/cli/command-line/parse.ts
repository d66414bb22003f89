import { StiError } from '../../errors.ts';
import { invalid } from '../options/kinds/kind.ts';
import {
  type ExplicitOptions,
  isSwitch,
  type MutableOptions,
  type OptionName,
  type OptionValue,
  options,
} from '../options/table.ts';
import { argumentSynopsis, type ParsedCommand } from './command.ts';
import { insteadOf } from './elsewhere.ts';
import { nearest } from './suggest.ts';
import { type CommandName, commandNames, commands, isCommand } from './table.ts';
import { type Token, tokenise } from './tokens.ts';

/**
 * Reads a command line. Options may stand anywhere; of one that can't be repeated the last counts.
 * @param argv the words after `sti`
 * @throws StiError `usage` that names the offending word
 */
export function parse(argv: readonly string[]): ParsedCommand<CommandName> {
  const tokens = tokenise(argv);
  const [name, ...positionals] = tokens.flatMap((token) => (token.type === 'positional' ? [token.text] : []));
  if (tokens.length === 0 || asksFor('help', tokens)) {
    const topic = name === 'help' ? positionals[0] : name;
    return { command: 'help', positionals: topic === undefined ? [] : [topic], explicit: {} };
  }
  if (name === undefined) {
    if (asksFor('version', tokens)) return { command: 'version', positionals: [], explicit: {} };
    refuseUnknown(tokens, ['help', 'version'], 'sti --help');
    throw new StiError('usage', 'no command given', { hint: 'See sti --help.' });
  }
  const command = findCommand(name);
  const explicit = readOptions(command, tokens);
  checkArguments(command, positionals);
  return { command, positionals, explicit };
}

/** @throws StiError `usage` when there is no such command */
export function findCommand(name: string): CommandName {
  if (isCommand(name)) return name;
  const meant = nearest(name, commandNames);
  throw new StiError('usage', `unknown command ${name}`, { hint: whatToWrite(meant && `sti ${meant}`, 'sti --help') });
}

function asksFor(name: OptionName, tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.type === 'option' && token.name === name);
}

function readOptions(command: CommandName, tokens: readonly Token[]): ExplicitOptions {
  const help = `sti ${command} --help`;
  refuseUnknown(tokens, commands[command].options, help);
  const explicit: MutableOptions = {};
  for (const token of tokens) {
    if (token.type === 'positional' || token.type === 'unknown') continue;
    const { written } = token;
    if (!commands[command].options.includes(token.name)) {
      throw new StiError('usage', `sti ${command} has no option ${written}`, { hint: `See ${help}.` });
    }
    if (token.type === 'no-value') {
      const message = `${written} needs a value: ${written} ${options[token.name].kind.placeholder}`;
      throw new StiError('usage', message, { hint: `See ${help}.` });
    }
    const read = <Name extends OptionName>(name: Name): void => {
      explicit[name] = readValue(name, token.value, explicit[name]);
    };
    try {
      read(token.name);
    } catch (thrown) {
      const message = invalid(written, token.value, options[token.name].kind, thrown);
      throw new StiError('usage', message, { hint: `See ${help}.` });
    }
  }
  return explicit;
}

/** An empty value gives nothing, so that `--ref "$REF"` works with REF unset. */
function readValue<Name extends OptionName>(
  name: Name,
  text: string,
  before: ExplicitOptions[Name],
): OptionValue[Name] | undefined {
  const { kind } = options[name];
  if (text === '' && kind.join === undefined && !isSwitch(name)) return undefined;
  const value = kind.parse(text);
  return before === undefined || kind.join === undefined ? value : kind.join(before, value);
}

function refuseUnknown(tokens: readonly Token[], known: readonly OptionName[], help: string): void {
  const unknown = tokens.find((token) => token.type === 'unknown');
  if (unknown === undefined) return;
  const spellings = known.filter((name) => !options[name].hidden).flatMap((name) => options[name].names);
  // Any two single letters are close, so only longer words are worth a guess.
  const meant = unknown.written.length > 2 ? nearest(unknown.written, spellings) : undefined;
  const hint = insteadOf(unknown.written) ?? whatToWrite(meant, help);
  throw new StiError('usage', `unknown option ${unknown.written}`, { hint });
}

function whatToWrite(meant: string | undefined, help: string): string {
  return meant === undefined ? `See ${help}.` : `Write ${meant}, or see ${help}.`;
}

function checkArguments(name: CommandName, positionals: readonly string[]): void {
  const command = commands[name];
  const synopsis = `sti ${name} ${argumentSynopsis(command)}`.trimEnd();
  const hint = `Write ${synopsis}, or see sti ${name} --help.`;
  const missing = command.arguments.find(({ required }, index) => required && !positionals[index]);
  if (missing !== undefined) throw new StiError('usage', `${missing.name} is missing`, { hint });
  const empty = command.arguments.find((_, index) => positionals[index] === '');
  if (empty !== undefined) throw new StiError('usage', `${empty.name} is empty`, { hint });
  if (command.moreArguments) return;
  const extra = positionals[command.arguments.length];
  if (extra !== undefined) throw new StiError('usage', `one argument too many: ${extra}`, { hint });
}

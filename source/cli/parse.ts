import { StiError } from '../errors.ts';
import { argumentSynopsis, type Command, type ParsedCommand, type ParsedOptions } from './command.ts';
import { type Option, type OptionName, options as optionTable } from './options.ts';
import { nearest } from './suggest.ts';
import { type Token, tokenise } from './tokens.ts';

/**
 * Reads a command line. Options may stand anywhere; of one that can't be repeated the last counts.
 * @param argv the words after `sti`
 * @throws StiError `usage` that names the offending word
 */
export function parse(argv: readonly string[], table: readonly Command[]): ParsedCommand {
  const tokens = tokenise(argv);
  const [name, ...positionals] = tokens.flatMap((token) => (token.type === 'positional' ? [token.text] : []));
  if (tokens.length === 0 || asksFor('help', tokens)) {
    const topic = name === 'help' ? positionals[0] : name;
    return {
      command: findCommand('help', table),
      positionals: topic === undefined ? [] : [topic],
      options: new Map(),
    };
  }
  if (name === undefined) {
    if (asksFor('version', tokens))
      return { command: findCommand('version', table), positionals: [], options: new Map() };
    refuseUnknown(tokens, ['help', 'version'], 'sti --help');
    throw new StiError('usage', 'no command given', { hint: 'See sti --help.' });
  }
  const command = findCommand(name, table);
  const options = readOptions(command, tokens);
  checkArguments(command, positionals);
  return { command, positionals, options };
}

/** @throws StiError `usage` when there is no such command */
export function findCommand(name: string, table: readonly Command[]): Command {
  const command = table.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const meant = nearest(
    name,
    table.map((candidate) => candidate.name),
  );
  throw new StiError('usage', `unknown command ${name}`, { hint: whatToWrite(meant && `sti ${meant}`, 'sti --help') });
}

function asksFor(name: OptionName, tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.type === 'option' && token.name === name);
}

function readOptions(command: Command, tokens: readonly Token[]): ParsedOptions {
  const help = `sti ${command.name} --help`;
  refuseUnknown(tokens, command.options, help);
  const values = new Map<OptionName, readonly string[]>();
  for (const token of tokens) {
    if (token.type === 'positional' || token.type === 'unknown') continue;
    const option = optionTable[token.name];
    if (!command.options.includes(token.name)) {
      throw new StiError('usage', `sti ${command.name} has no option ${token.written}`, { hint: `See ${help}.` });
    }
    if (token.type === 'no-value') {
      const message = `${token.written} needs a value: ${token.written} ${option.value}`;
      throw new StiError('usage', message, { hint: `See ${help}.` });
    }
    const before = option.repeatable ? values.get(token.name) : undefined;
    values.set(token.name, [...(before ?? []), checkedValue(option, token.written, token.value, help)]);
  }
  return values;
}

function refuseUnknown(tokens: readonly Token[], known: readonly OptionName[], help: string): void {
  const unknown = tokens.find((token) => token.type === 'unknown');
  if (unknown === undefined) return;
  const spellings = known.filter((name) => !optionTable[name].hidden).flatMap((name) => optionTable[name].names);
  // Any two single letters are close, so only longer words are worth a guess.
  const meant = unknown.written.length > 2 ? nearest(unknown.written, spellings) : undefined;
  throw new StiError('usage', `unknown option ${unknown.written}`, { hint: whatToWrite(meant, help) });
}

function whatToWrite(meant: string | undefined, help: string): string {
  return meant === undefined ? `See ${help}.` : `Write ${meant}, or see ${help}.`;
}

function checkedValue(option: Option, written: string, value: string, help: string): string {
  if (option.value === undefined) {
    if (/^(true|t|1)$/i.test(value)) return 'true';
    if (/^(false|f|0)$/i.test(value)) return 'false';
    throw new StiError('usage', `${written} is on or off: ${value} is neither true nor false`, {
      hint: `See ${help}.`,
    });
  }
  if (option.choices?.includes(value) === false) {
    const choices = option.choices.join(', ');
    throw new StiError('usage', `${written} can't be ${value}: it is one of ${choices}`, { hint: `See ${help}.` });
  }
  return value;
}

function checkArguments(command: Command, positionals: readonly string[]): void {
  const synopsis = `sti ${command.name} ${argumentSynopsis(command)}`.trimEnd();
  const hint = `Write ${synopsis}, or see sti ${command.name} --help.`;
  const missing = command.arguments.find(({ required }, index) => required && !positionals[index]);
  if (missing !== undefined) throw new StiError('usage', `${missing.name} is missing`, { hint });
  const empty = command.arguments.find((_, index) => positionals[index] === '');
  if (empty !== undefined) throw new StiError('usage', `${empty.name} is empty`, { hint });
  if (command.moreArguments) return;
  const extra = positionals[command.arguments.length];
  if (extra !== undefined) throw new StiError('usage', `one argument too many: ${extra}`, { hint });
}

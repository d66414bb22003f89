import { isSwitch, type OptionName, optionsBySpelling } from '../options/table.ts';

/** One meaning of one word of the command line. */
export type Token =
  | { readonly type: 'positional'; readonly text: string }
  | { readonly type: 'option'; readonly name: OptionName; readonly written: string; readonly value: string }
  /** `written` is the offending part as the user wrote it. */
  | { readonly type: 'unknown'; readonly written: string }
  | { readonly type: 'no-value'; readonly name: OptionName; readonly written: string };

/** Splits the command line into tokens. Nothing is refused here, so that `--help` is found on any command line. */
export function tokenise(argv: readonly string[]): Token[] {
  const tokens: Token[] = [];
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      tokens.push(...words.map((text) => ({ type: 'positional', text }) as const));
      break;
    }
    if (word.startsWith('--')) tokens.push(longOption(word, words));
    else if (word.startsWith('-') && word !== '-') tokens.push(...shortOptions(word, words));
    else tokens.push({ type: 'positional', text: word });
  }
  return tokens;
}

/** `--name`, `--name=value`, `--name value` */
function longOption(word: string, following: string[]): Token {
  const equals = word.indexOf('=');
  const written = equals < 0 ? word : word.slice(0, equals);
  return option(written, equals < 0 ? undefined : word.slice(equals + 1), following);
}

/** `-q`, `-qe value`, `-evalue`, `-e=value`: switches may be joined, and the last of them may take a value. */
function shortOptions(word: string, following: string[]): Token[] {
  const tokens: Token[] = [];
  for (let index = 1; index < word.length; index++) {
    const written = `-${word[index]}`;
    const rest = word.slice(index + 1);
    const name = optionsBySpelling.get(written);
    if (name === undefined) return [...tokens, { type: 'unknown', written: word }];
    const joined = isSwitch(name) && !rest.startsWith('=');
    tokens.push(option(written, joined || rest === '' ? undefined : rest.replace(/^=/, ''), following));
    if (!joined) break;
  }
  return tokens;
}

/** @param attached the value written in the same word, if any */
function option(written: string, attached: string | undefined, following: string[]): Token {
  const name = optionsBySpelling.get(written);
  if (name === undefined) return { type: 'unknown', written };
  if (isSwitch(name)) return { type: 'option', name, written, value: attached ?? 'true' };
  if (attached !== undefined) return { type: 'option', name, written, value: attached };
  const next = following[0];
  // `--ref --clean` is a forgotten value, not a ref of that name; `--ref=--clean` says the latter.
  if (next === undefined || optionsBySpelling.has(next)) return { type: 'no-value', name, written };
  following.shift();
  return { type: 'option', name, written, value: next };
}

/** One instruction of a Dockerfile as the classic builder reads it: its name, and the rest of its joined lines. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/**
 * Reads a Dockerfile by the rules that the classic builder documents, so that what is written can be held against another
 * reader than its writer: lines are joined at a backslash, comments and empty lines between them are dropped.
 */
export function readDockerfile(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  let joined = '';
  for (const line of text.split('\n').map((one) => one.replace(/\r$/, ''))) {
    if (/^\s*(#|$)/.test(line)) continue;
    const continued = /\\[ \t]*$/.exec(line);
    joined += continued === null ? line : line.slice(0, continued.index);
    if (continued !== null) continue;
    const [, name = '', rest = ''] = /^\s*(\S+)\s+(.*)$/s.exec(joined) ?? [];
    instructions.push({ name, rest: rest.trim() });
    joined = '';
  }
  return instructions;
}

/** The words of an instruction, split at spaces outside of quotes, still quoted. */
export function splitWords(rest: string): string[] {
  const words = [''];
  let quote = '';
  for (let at = 0; at < rest.length; at += 1) {
    const character = rest.charAt(at);
    if (quote === '' && /\s/.test(character)) {
      if (words.at(-1) !== '') words.push('');
      continue;
    }
    let taken = character;
    if (character === '\\' && quote !== "'") {
      at += 1;
      taken += rest.charAt(at);
    } else if (quote === '' && /["']/.test(character)) quote = character;
    else if (character === quote) quote = '';
    words.push((words.pop() ?? '') + taken);
  }
  return words.filter((word) => word !== '');
}

/** A word as the builder takes it: quotes taken off, escapes read, variables expanded (all are empty here). */
export function plainWord(word: string): string {
  let plain = '';
  let quote = '';
  for (let at = 0; at < word.length; at += 1) {
    const character = word.charAt(at);
    const next = word.charAt(at + 1);
    if (quote === "'") {
      if (character === "'") quote = '';
      else plain += character;
    } else if (character === '\\') {
      const isEscape = quote === '' || /["$\\]/.test(next);
      plain += isEscape ? next : character;
      if (isEscape) at += 1;
    } else if (character === '$') {
      const [variable = ''] = /^\$(\{[^}]*\}|\w+|.)?/s.exec(word.slice(at)) ?? [];
      at += variable.length - 1;
    } else if (character === quote) quote = '';
    else if (quote === '' && /["']/.test(character)) quote = character;
    else plain += character;
  }
  return plain;
}

/** `LABEL` and `ENV`: names with their values. */
export function readAssignments(rest: string): [string, string][] {
  return splitWords(rest).map((word) => {
    const equals = word.indexOf('=');
    return [plainWord(word.slice(0, equals)), plainWord(word.slice(equals + 1))];
  });
}

import { StiError } from '../errors.ts';
import { assignmentPair, byteLength, maxInstructionBytes } from '../protocol/image/changes.ts';

/** One word of an instruction that stands for itself: no variable in it is expanded, no quote taken off. */
export function word(text: string): string {
  return text.replace(/["'$\\]/g, '\\$&');
}

/** The paths that a COPY takes; with spaces in them they are a list. */
export function paths(...of: readonly string[]): string {
  const words = of.map(word);
  return words.every((one) => /^[\w./:@%+,=~-]+$/.test(one)) ? words.join(' ') : JSON.stringify(words);
}

/** One word of a shell's command. `~` is quoted, since a shell takes it for a home folder. */
export function shellWord(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * An instruction with all its values, one a line: LABEL, ENV.
 * @throws StiError `usage` that names what no line of a Dockerfile can say
 */
export function assignments(instruction: 'LABEL' | 'ENV', values: readonly (readonly [string, string])[]): string[] {
  if (values.length === 0) return [];
  const what = instruction === 'LABEL' ? 'label' : 'variable';
  const pairs = values.map(([name, value]) => {
    const pair = assignmentPair(name, value);
    if (pair === undefined) throw cannotSay(what, name, 'a line break, or a character that is none');
    if (byteLength(pair) > maxInstructionBytes - margin)
      throw cannotSay(what, name, `more than ${maxInstructionBytes} bytes`);
    // As people write it, and older builders read it.
    return instruction === 'ENV' ? pair.replace(/^"(\w+)"=/, '$1=') : pair;
  });
  return [`${instruction} ${pairs.join(` \\\n${' '.repeat(instruction.length + 1)}`)}`];
}

/** What else is on the line. */
const margin = 16;

function cannotSay(what: string, name: string, has: string): StiError {
  return new StiError('usage', `the ${what} ${JSON.stringify(name)} has ${has}: a Dockerfile can't say that`, {
    hint: `Leave the ${what} out, shorten it, or build with an engine (without --as-dockerfile).`,
  });
}

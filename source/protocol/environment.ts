import { StiError } from '../errors.ts';

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads an environment file (PROTOCOL.md, "assemble"): `NAME=VALUE` a line, split at the first `=` and trimmed; no quotes,
 * no expansion; `#` at the line's start is a comment. What is neither is a warning, without the line's text: it may be a
 * part of a secret.
 * @param fileName how warnings name the file
 */
export function parseEnvironmentFile(
  text: string,
  fileName: string,
): { readonly variables: EnvironmentVariable[]; readonly warnings: string[] } {
  const variables: EnvironmentVariable[] = [];
  const warnings: string[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.startsWith('#') || line.trim() === '') continue;
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(equals, 0)).trim();
    if (name === '' || /\s/.test(name) || line.includes('\0')) {
      warnings.push(`line ${index + 1} of ${fileName} is not NAME=VALUE and was left out`);
    } else {
      variables.push({ name, value: line.slice(equals + 1).trim() });
    }
  }
  return { variables, warnings };
}

/**
 * Reads one `-e`: `NAME=VALUE`, or several with commas. A comma splits only before another `NAME=`; values are taken as
 * they are (PROTOCOL.md, "Command line").
 * @throws StiError `usage`
 */
export function parseEnvFlag(text: string): EnvironmentVariable[] {
  return text.split(/,(?=[A-Za-z_][A-Za-z0-9_.-]*=)/).map((assignment) => {
    const equals = assignment.indexOf('=');
    // A text without "=" is most likely a name; behind a "=" may be a secret, so that isn't shown.
    if (equals === -1) throw wrongFlag(`"${assignment}" has no "="`);
    if (equals === 0) throw wrongFlag('the name before "=" is empty');
    return { name: assignment.slice(0, equals), value: assignment.slice(equals + 1) };
  });
}

function wrongFlag(why: string): StiError {
  return new StiError('usage', `-e takes NAME=VALUE, but ${why}`, {
    hint: 'Write it as -e NAME=VALUE; for several variables repeat -e or separate them by commas.',
  });
}

/** One list out of several: the last value of a name wins, at the place where the name came first. */
export function mergeEnvironment(...lists: readonly (readonly EnvironmentVariable[])[]): EnvironmentVariable[] {
  const values = new Map<string, string>();
  for (const { name, value } of lists.flat()) values.set(name, value);
  return [...values].map(([name, value]) => ({ name, value }));
}

/** `NAME=VALUE`, as the engine takes them. */
export function toEnvStrings(variables: readonly EnvironmentVariable[]): string[] {
  return variables.map(({ name, value }) => `${name}=${value}`);
}

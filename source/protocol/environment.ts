import { StiError } from '../errors.ts';

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads an environment file (docs/protocol.md, "assemble"): `NAME=VALUE` a line, split at the first `=` and trimmed; no quotes,
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
 * One `-e` in its assignments: `NAME=VALUE`, or several with commas. A comma splits only before another `NAME=`
 * (docs/protocol.md, "Command line").
 */
export function splitAssignments(text: string): string[] {
  return text.split(/,(?=[A-Za-z_][A-Za-z0-9_.-]*=)/);
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

/** What Linux gives a program, in bytes: for one variable with its name, "=" and the zero at its end, and for all. */
const variableLimit = 128 * 1024;
const environmentLimit = 2 * 1024 * 1024;
/** Beside each variable's bytes, its pointer. */
const pointerSize = 8;
/** What the image's own variables and a script's arguments may need of it. */
const others = 64 * 1024;

/**
 * Refuses what no program could be started with: the kernel's own error (E2BIG) names neither the variable nor the limit.
 * @throws StiError `code`
 */
export function checkEnvironmentSize(variables: readonly EnvironmentVariable[], code: 'usage' | 'source'): void {
  const sizes = variables.map(({ name, value }) => ({ name, bytes: Buffer.byteLength(`${name}=${value}`) + 1 }));
  const [largest] = sizes.toSorted((a, b) => b.bytes - a.bytes);
  if (largest === undefined) return;
  const hint = 'Put large values into a file of the source, and let the scripts read it there.';
  const size = `${largest.name} (${largest.bytes} bytes)`;
  if (largest.bytes > variableLimit) {
    const message = `the variable ${size} is too large for a program: Linux allows ${variableLimit} bytes`;
    throw new StiError(code, message, { hint });
  }
  const all = sizes.reduce((sum, { bytes }) => sum + bytes + pointerSize, 0);
  if (all <= environmentLimit - others) return;
  const message = `${sizes.length} variables of ${all} bytes are too much for a program: Linux allows ${environmentLimit} bytes, and the image has its own; the largest is ${size}`;
  throw new StiError(code, message, { hint });
}

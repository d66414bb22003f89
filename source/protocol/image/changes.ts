/**
 * How an engine reads the instructions in the `changes` of a commit. `dockerfile`: as lines of a Dockerfile, with
 * escapes and `$NAME` (Docker; Podman from 4.9.3 on). `literal`: a pair of quotes around a value is taken off and the
 * rest stands for itself (Podman before, which also ignores the commit's body).
 */
export type ChangesSyntax = 'dockerfile' | 'literal';

/** Docker's parser refuses a longer line: measured on 20.10, "dockerfile line greater than max allowed size of 65535". */
export const maxInstructionBytes = 65_535;

/** All instructions, URL-encoded. Measured on both engines: 431 at 1 MiB + 4 KiB of request line and headers. */
export const maxQueryBytes = 1_000_000;

/**
 * `ENV` or `LABEL` for one value. undefined: no instruction can say it. A newline ends the instruction on both engines,
 * and `\` before it takes the newline away; an `=` in a name ends the name; half a surrogate pair can't go into a URL.
 */
export function assignment(
  instruction: 'ENV' | 'LABEL',
  name: string,
  value: string,
  syntax: ChangesSyntax,
): string | undefined {
  const pair = assignmentPair(name, value, syntax);
  return pair === undefined ? undefined : `${instruction} ${pair}`;
}

/** The same without the instruction, which can be followed by several. */
export function assignmentPair(name: string, value: string, syntax: ChangesSyntax = 'dockerfile'): string | undefined {
  const inexpressible = /[\n\0]|\p{Surrogate}/u;
  if (name === '' || name.includes('=') || inexpressible.test(name) || inexpressible.test(value)) return undefined;
  return `${quote(name, syntax)}=${quote(value, syntax)}`;
}

/** How long an assignment is, in bytes, whether it can be said or not. */
export function assignmentBytes(instruction: 'ENV' | 'LABEL', name: string, value: string): number {
  return byteLength(`${instruction} ${quote(name, 'dockerfile')}=${quote(value, 'dockerfile')}`);
}

/** How long a text is in a URL's query, in bytes. */
export function encodedBytes(text: string): number {
  const escaped = text.replace(/[\w.~-]+/g, '');
  return text.length - escaped.length + 3 * byteLength(escaped);
}

const utf8 = new TextEncoder();

/** How long a text is in UTF-8. */
export function byteLength(text: string): number {
  return utf8.encode(text).length;
}

function quote(text: string, syntax: ChangesSyntax): string {
  return syntax === 'literal' ? `"${text}"` : `"${text.replace(/["$\\]/g, '\\$&')}"`;
}

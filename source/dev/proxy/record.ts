import { redactText } from '../../protocol/redact.ts';

/** A request that came to the proxy, and what became of it. */
export interface RequestRecord {
  /** When it began, milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** With its query; printable ASCII, the first 2,048 characters. */
  readonly path: string;
  /** null: the connection broke before it was known. */
  readonly status: number | null;
  /** From its first byte to the last one of the answer. */
  readonly ms: number;
  /** Of these, how long it waited for a version that took it. */
  readonly waitedMs: number;
  /** Of the answer, head and body. */
  readonly bytes: number;
  /** The number of the version that answered; null: sti did. */
  readonly version: number | null;
  /** The fields of its head, `Name: value`: see {@link fieldsOf}. */
  readonly fields: readonly string[];
  /** Those of the application's answer; none where it has none. */
  readonly answerFields: readonly string[];
}

const [mostFields, longestField] = [40, 256];
/** Who has the value of such a field can act for somebody. */
const secretField = /auth|cookie|token|secret|passw|credential|key|session|signature|c?xsrf|csrf/i;

/** The fields of a head for people: the first 40, in printable ASCII, without secrets; longer than 256 characters only how long. */
export function fieldsOf(head: string): string[] {
  const lines = head.split(/\r?\n/, mostFields + 1).slice(1);
  return lines.flatMap((line) => {
    const colon = line.indexOf(':');
    if (colon < 1) return [];
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    return [`${name.slice(0, longestField)}: ${shown(name, value)}`.replace(/[^\x20-\x7e]/g, '?')];
  });
}

/** Whole or not at all: the beginning of a secret would not be known as one. */
function shown(name: string, value: string): string {
  if (secretField.test(name)) return '***';
  return value.length > longestField ? `(${value.length} characters)` : redactText(value);
}

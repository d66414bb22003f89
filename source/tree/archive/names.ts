import { isUtf8 } from 'node:buffer';

/**
 * Names in archives are bytes, and stay what they are: inside this folder a name or link target is a string with one
 * character a byte (`latin1`).
 */
export type ByteName = string;

const longestShown = 500;

export function byteName(text: string): ByteName {
  return Buffer.from(text).toString('latin1');
}

/** The path for a system call: a name that isn't ASCII goes there as the bytes that it is. */
export function systemPath(name: ByteName): string | Buffer {
  const bytes = Buffer.from(name, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : bytes;
}

/** A name for people, quoted; bytes that aren't UTF-8 as `\xNN`, and no more of it than fits on a few lines. */
export function shownName(name: ByteName): string {
  const start = name.slice(0, longestShown);
  const quoted = isUtf8(Buffer.from(name, 'latin1'))
    ? JSON.stringify(Buffer.from(start, 'latin1').toString())
    : `"${start.replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
  return name.length > longestShown ? `${quoted}… (${name.length} bytes)` : quoted;
}

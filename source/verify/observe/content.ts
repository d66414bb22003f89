import { createHash } from 'node:crypto';
import { normaliseLines } from '../normalise.ts';
import type { BodyObservation } from '../observation.ts';

/** A longer text isn't kept; bytes. */
const maxText = 256 * 1024;

export function observeBody(bytes: Buffer): BodyObservation {
  const text = textOf(bytes);
  const digest = text === undefined ? digestOf(bytes) : textDigest(text);
  return { length: bytes.length, digest, text: bytes.length > maxText ? undefined : text };
}

/** undefined: it is no text. */
export function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}

/** Of a text without what differs from run to run, or from build to build, anyhow. */
export function textDigest(text: string): string {
  return digestOf(normaliseLines(text).join('\n'));
}

function digestOf(content: Buffer | string): string {
  return shortDigest(createHash('sha256').update(content).digest());
}

/** Enough to tell contents apart. */
export function shortDigest(digest: Buffer): string {
  return digest.toString('hex', 0, 8);
}

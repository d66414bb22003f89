import { plainText } from '../../terminal/plain.ts';
import { sanitize } from '../../terminal/sanitize.ts';
import type { BuildOutcome, BuildResult } from '../events.ts';
import type { Messages } from './messages.ts';

/** Characters that are made JSON at once. */
const sliceLength = 256 * 1024;

/**
 * The body of the callback, JSON; also what a receiver may rely on. Neither of what it is made from has secrets in it.
 * @param steps those that went well, of a failed build too
 */
export function callbackBody(outcome: BuildOutcome, messages: Messages, steps: BuildResult['steps']): Buffer {
  const rest = JSON.stringify({ success: outcome.ok, ...about(outcome), steps });
  return Buffer.concat([Buffer.from('{"payload":"'), ...jsonText(messages.text()), Buffer.from(`",${rest.slice(1)}`)]);
}

function about(outcome: BuildOutcome): object {
  if (!outcome.ok) return { error: { code: outcome.error.code, message: plainText(sanitize(outcome.error.message)) } };
  const { tag, imageId, digest, sbomDigest, labels } = outcome.result;
  const pushed = { ...(digest !== null && { digest }), ...(sbomDigest !== null && { sbomDigest }) };
  return { image: tag, imageId, ...pushed, labels };
}

/** What stands between the quotes: in slices, since all of it as one string is up to six times as long. */
function jsonText(text: string): Buffer[] {
  const slices: Buffer[] = [];
  for (let at = 0; at < text.length; at += sliceLength) {
    slices.push(Buffer.from(JSON.stringify(text.slice(at, at + sliceLength)).slice(1, -1)));
  }
  return slices;
}

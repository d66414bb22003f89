import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { callFailure, lost } from '../http/failures.ts';
import type { Api } from './api.ts';
import { wholeTar } from './whole-tar.ts';

interface TarCall extends Pick<Api, 'about' | 'limits'> {
  /** Completes "the engine could not …". */
  readonly operation: string;
  readonly signal: AbortSignal | undefined;
}

/** The archive that an answer is, as it comes. It fails as a call does: when it breaks off, stalls or is aborted. */
export function streamTar(answer: IncomingMessage, { operation, signal, about, limits }: TarCall): Readable {
  const silent = () =>
    answer.destroy(lost(about.address, `it did not ${operation} within ${limits.silence / 1000} seconds`));
  answer.setTimeout(limits.silence, silent);
  const abort = () => answer.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  answer.once('close', () => signal?.removeEventListener('abort', abort));
  return Readable.from(explained(wholeTar(answer), operation, about.address, signal), { objectMode: false });
}

async function* explained(
  tar: AsyncIterable<Buffer>,
  operation: string,
  address: string,
  signal: AbortSignal | undefined,
) {
  try {
    yield* tar;
  } catch (thrown) {
    signal?.throwIfAborted();
    throw callFailure(thrown, operation, address);
  }
}

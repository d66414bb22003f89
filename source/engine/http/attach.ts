import type { Duplex } from 'node:stream';
import type { Attachment, OutputChunk } from '../engine.ts';
import { demux } from './demux.ts';
import { callFailure } from './failures.ts';

/**
 * A container's stdin, stdout and stderr on one upgraded connection to the engine at `address`. The output reads the
 * connection only as fast as it is itself read; it ends when the connection ends, and rejects with `engine-lost` when
 * that breaks.
 */
export function attachmentOf(connection: Duplex, address: string, signal?: AbortSignal): Attachment {
  let closed = false;
  if (signal) destroyOnAbort(connection, signal);
  async function* output(): AsyncGenerator<OutputChunk, void, undefined> {
    try {
      yield* demux(connection);
    } catch (thrown) {
      if (closed) return;
      signal?.throwIfAborted();
      throw callFailure(thrown, "pass on the container's output", address);
    }
  }
  return {
    stdin: connection,
    output: output(),
    close() {
      closed = true;
      connection.destroy();
    },
  };
}

function destroyOnAbort(connection: Duplex, signal: AbortSignal): void {
  const abort = () => {
    connection.destroy();
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  connection.once('close', () => signal.removeEventListener('abort', abort));
}

import { get, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Options {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly patience?: number;
}

/**
 * Asks a server that may not listen yet: a container runs a moment before its program does. `fetch` won't do: in Node 20
 * it waits for ever when a connection is closed before the request is written, as the engine's port proxy does then.
 */
export async function getWhenReady(url: string, options: Options = {}): Promise<Answer> {
  const { headers = {}, signal, patience = 20_000 } = options;
  for (const deadline = Date.now() + patience; ; await sleep(50, undefined, signal ? { signal } : {})) {
    signal?.throwIfAborted();
    try {
      return await getOnce(url, headers);
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${url} does not answer`, { cause: error });
    }
  }
}

function getOnce(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers, agent: false, timeout: 5000 }, (answer) => {
      buffer(answer).then((body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }), reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
  });
}

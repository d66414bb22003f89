import { Agent, get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface PageAnswer {
  readonly status: number;
  readonly body: string;
  /** Asked twice, since the connection that was kept had just been closed: as every client does. */
  readonly repeated: boolean;
}

/**
 * Asks again and again over one connection, as a browser that reloads.
 *
 * @param breaks the server restarts by itself, which breaks what is under way; else a broken connection is an error
 */
export function openPage(address: Address, { breaks = false } = {}) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    /** The moment of the first answer with this text, by `performance.now()`. */
    async until(path: string, text: string, signal: AbortSignal, onAnswer?: (body: string) => void): Promise<number> {
      for (;;) {
        signal.throwIfAborted();
        const { body } = await ask(address, path, agent).catch((error: unknown) => {
          if (breaks) return { body: '' };
          throw error;
        });
        if (body.trim() === text) return performance.now();
        onAnswer?.(body);
        await sleep(1);
      }
    },
    close: () => agent.destroy(),
  };
}

/** Waits for any answer of a server that may not listen yet. */
export async function untilAnswered(address: Address, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await ask(address, '/');
      return;
    } catch {
      await sleep(1);
    }
  }
}

/** @param agent keeps connections; without one each request has its own */
export async function ask(address: Address, path: string, agent?: Agent): Promise<PageAnswer> {
  try {
    return { ...(await askOnce(address, path, agent)), repeated: false };
  } catch (error) {
    if (!(error instanceof ClosedBeforehand)) throw error;
    return { ...(await askOnce(address, path)), repeated: true };
  }
}

class ClosedBeforehand extends Error {}

function askOnce({ host, port }: Address, path: string, agent?: Agent): Promise<Omit<PageAnswer, 'repeated'>> {
  return new Promise((resolve, reject) => {
    const asked = get({ host, port, path, agent: agent ?? false, timeout: 100_000 }, (answer) => {
      const status = answer.statusCode ?? 0;
      buffer(answer).then((bytes) => resolve({ status, body: bytes.toString() }), reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', (error) => {
      const reset = 'code' in error && error.code === 'ECONNRESET';
      reject(reset && asked.reusedSocket ? new ClosedBeforehand(error.message) : error);
    });
  });
}

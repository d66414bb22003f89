// @ts-check
import { Agent, get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A page as a browser sees it: over one connection that is kept as long as the server likes.
 *
 * @typedef {{ host: string, port: number }} Address
 */

/** Milliseconds from an answer to the next question. */
const pollEvery = 1;

/** @param {Address} address */
export function openPage(address) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    /** @param {string} path */
    ask: (path) => ask(address, path, agent),
    /**
     * Asks again and again until the answer has this text; the moment of that answer, by `performance.now()`.
     *
     * @param {string} path
     * @param {string} text
     * @param {AbortSignal} signal
     * @param {(body: string) => void} [onAnswer] gets every other answer
     */
    async until(path, text, signal, onAnswer) {
      for (;;) {
        signal.throwIfAborted();
        const { body } = await ask(address, path, agent);
        if (body.trim() === text) return performance.now();
        onAnswer?.(body);
        await sleep(pollEvery);
      }
    },
    close: () => agent.destroy(),
  };
}

/**
 * Asks a server that doesn't listen yet; the moment of its first answer.
 *
 * @param {Address} address
 * @param {AbortSignal} signal
 */
export async function untilAnswered(address, signal) {
  for (;;) {
    signal.throwIfAborted();
    try {
      await ask(address, '/', undefined);
      return performance.now();
    } catch {
      await sleep(pollEvery);
    }
  }
}

/**
 * A question on a kept connection that the server closes at that moment was never heard, and is asked again on a new
 * one, as browsers do (RFC 9112, 9.3.1).
 *
 * @param {Address} address
 * @param {string} path
 * @param {Agent | undefined} agent undefined: a connection of its own
 * @returns {Promise<{ status: number, body: string, repeated: boolean }>}
 */
export async function ask(address, path, agent) {
  try {
    return { ...(await askOnce(address, path, agent)), repeated: false };
  } catch (error) {
    if (!(error instanceof ClosedBeforehand)) throw error;
    return { ...(await askOnce(address, path, undefined)), repeated: true };
  }
}

class ClosedBeforehand extends Error {}

/**
 * @param {Address} address
 * @param {string} path
 * @param {Agent | undefined} agent
 * @returns {Promise<{ status: number, body: string }>}
 */
function askOnce({ host, port }, path, agent) {
  return new Promise((resolve, reject) => {
    const asked = get({ host, port, path, agent: agent ?? false, timeout: 30_000 }, (answer) => {
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

// @ts-check
import { get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {Buffer} body
 */

/**
 * Asks a server that may not listen yet: a container runs a moment before its program does. `fetch` won't do: in Node 20
 * it waits for ever when a connection is closed before the request is written, as the engine's port proxy does then.
 *
 * @param {string} url
 * @param {{ headers?: Record<string, string>, signal?: AbortSignal, patience?: number }} [options] patience in milliseconds
 * @returns {Promise<Answer>}
 */
export async function getWhenReady(url, { headers = {}, signal, patience = 20_000 } = {}) {
  const deadline = Date.now() + patience;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await getOnce(url, headers);
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${url} does not answer`, { cause: error });
      await sleep(50, undefined, signal ? { signal } : {});
    }
  }
}

/**
 * @param {string} url
 * @param {Record<string, string>} headers
 * @returns {Promise<Answer>}
 */
function getOnce(url, headers) {
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers, agent: false, timeout: 5000 }, (answer) => {
      buffer(answer).then((body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }), reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
  });
}

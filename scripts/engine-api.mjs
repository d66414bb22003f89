// @ts-check
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * The engine's HTTP API for scripts and tests, so that neither needs a client program and tests don't look at the engine
 * through the adapter that they test.
 *
 * @typedef {object} CallOptions
 * @property {Buffer | import('node:stream').Readable | object} [body] a plain object is sent as JSON, all else as a tar
 * @property {AbortSignal} [signal]
 *
 * @typedef {object} EngineApi
 * @property {string} address
 * @property {(method: string, path: string, options?: CallOptions) => Promise<import('node:http').IncomingMessage>} open
 *   the answer as it comes; rejects with EngineApiError when its status is 400 or more
 * @property {(method: string, path: string, options?: CallOptions) => Promise<Buffer>} call the whole answer
 * @property {<T>(method: string, path: string, options?: CallOptions) => Promise<T>} json the whole answer, parsed; T is the caller's word
 */

export class EngineApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status) {
    super(message);
    /** The HTTP status. */
    this.status = status;
  }
}

/**
 * @param {string} address as in DOCKER_HOST: `unix:///path` or `tcp://host:port`
 * @returns {EngineApi}
 */
export function engineApi(address) {
  const target = targetOf(address);
  /** @type {EngineApi['open']} */
  const open = (method, path, { body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const { payload, headers } = payloadOf(body);
      const outgoing = request({ ...target, method, path, headers, agent: false, ...(signal ? { signal } : {}) });
      outgoing.on('error', reject);
      outgoing.on('response', (answer) => {
        if ((answer.statusCode ?? 500) < 400) return resolve(answer);
        failureOf(answer).then((why) => {
          reject(
            new EngineApiError(
              `${method} ${path.split('?')[0]}: ${answer.statusCode} ${why}`,
              answer.statusCode ?? 500,
            ),
          );
        }, reject);
      });
      if (typeof payload === 'object' && 'pipe' in payload) payload.on('error', reject).pipe(outgoing);
      else outgoing.end(payload);
    });
  /** @type {EngineApi['call']} */
  const call = async (method, path, options) => buffer(await open(method, path, options));
  return {
    address,
    open,
    call,
    json: async (method, path, options) => JSON.parse((await call(method, path, options)).toString()),
  };
}

/** @param {string} address */
function targetOf(address) {
  if (address.startsWith('unix://')) return { socketPath: address.slice('unix://'.length), host: 'localhost' };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && ['tcp:', 'http:'].includes(url.protocol)) return { host: url.hostname, port: url.port || '2375' };
  throw new Error(`${address}: these scripts reach engines at unix:// and tcp:// addresses only`);
}

/**
 * @param {CallOptions['body']} body
 * @returns {{ payload: Buffer | string | import('node:stream').Readable | undefined, headers: Record<string, string | number> }}
 */
function payloadOf(body) {
  if (body === undefined) return { payload: undefined, headers: { 'content-length': 0 } };
  if (Buffer.isBuffer(body)) {
    return { payload: body, headers: { 'content-type': 'application/x-tar', 'content-length': body.length } };
  }
  if (isReadable(body)) return { payload: body, headers: { 'content-type': 'application/x-tar' } };
  const text = JSON.stringify(body);
  return { payload: text, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } };
}

/**
 * @param {object} body
 * @returns {body is import('node:stream').Readable}
 */
function isReadable(body) {
  return 'pipe' in body && typeof body.pipe === 'function';
}

/** @param {import('node:http').IncomingMessage} answer */
async function failureOf(answer) {
  const text = (await buffer(answer)).toString();
  try {
    return JSON.parse(text).message ?? text;
  } catch {
    return text.trim();
  }
}

/**
 * What answers at an address: `Docker 20.10.24`; undefined when nothing does within five seconds.
 *
 * @param {string} address
 * @returns {Promise<string | undefined>}
 */
export async function engineAt(address) {
  try {
    /** @type {any} */
    const version = await engineApi(address).json('GET', '/version', { signal: AbortSignal.timeout(5000) });
    const podman = JSON.stringify(version).includes('Podman Engine');
    return `${podman ? 'Podman' : 'Docker'} ${String(version.Version).split('+')[0]}`;
  } catch (error) {
    if (codeOf(error) === 'EACCES') throw error;
    return undefined;
  }
}

/** @param {unknown} error */
export function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

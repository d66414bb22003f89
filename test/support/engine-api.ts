import { type IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

interface CallOptions {
  /** A plain object is sent as JSON, all else as a tar. */
  readonly body?: Buffer | Readable | object;
  readonly signal?: AbortSignal;
}

/**
 * The engine's HTTP API for scripts and tests, so that neither needs a client program and tests don't look at the engine
 * through the adapter that they test.
 */
export interface EngineApi {
  readonly address: string;
  /** The answer as it comes; rejects with EngineApiError when its status is 400 or more. */
  open(method: string, path: string, options?: CallOptions): Promise<IncomingMessage>;
  /** The whole answer. */
  call(method: string, path: string, options?: CallOptions): Promise<Buffer>;
  /** The whole answer, parsed; `Answer` is the caller's word. */
  json<Answer>(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export class EngineApiError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** @param address as in DOCKER_HOST: `unix:///path` or `tcp://host:port` */
export function engineApi(address: string): EngineApi {
  const target = targetOf(address);
  const open = (method: string, path: string, { body, signal }: CallOptions = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request({ ...target, method, path, agent: false, ...(signal && { signal }) });
      outgoing.on('error', reject);
      outgoing.on('response', (answer) => {
        const status = answer.statusCode ?? 500;
        if (status < 400) return resolve(answer);
        const fail = (why: string) => new EngineApiError(`${method} ${path.split('?')[0]}: ${status} ${why}`, status);
        failureOf(answer).then((why) => reject(fail(why)), reject);
      });
      if (body === undefined) return void outgoing.setHeader('content-length', 0).end();
      const isTar = Buffer.isBuffer(body) || isReadable(body);
      outgoing.setHeader('content-type', isTar ? 'application/x-tar' : 'application/json');
      if (isReadable(body)) body.on('error', reject).pipe(outgoing);
      else outgoing.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  const call: EngineApi['call'] = async (method, path, options) => buffer(await open(method, path, options));
  return {
    address,
    open,
    call,
    json: async (method, path, options) => JSON.parse((await call(method, path, options)).toString()),
  };
}

function targetOf(address: string) {
  if (address.startsWith('unix://')) return { socketPath: address.slice('unix://'.length), host: 'localhost' };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && ['tcp:', 'http:'].includes(url.protocol)) return { host: url.hostname, port: url.port || '2375' };
  throw new Error(`${address}: these scripts reach engines at unix:// and tcp:// addresses only`);
}

function isReadable(body: object): body is Readable {
  return 'pipe' in body && typeof body.pipe === 'function';
}

async function failureOf(answer: IncomingMessage): Promise<string> {
  const text = (await buffer(answer)).toString();
  try {
    return JSON.parse(text).message ?? text;
  } catch {
    return text.trim();
  }
}

/** What answers at an address: `Docker 20.10.24`; undefined when nothing does within five seconds. */
export async function engineAt(address: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(5000);
    const version = await engineApi(address).json<{ readonly Version: string }>('GET', '/version', { signal });
    const podman = JSON.stringify(version).includes('Podman Engine');
    return `${podman ? 'Podman' : 'Docker'} ${version.Version.split('+')[0]}`;
  } catch (error) {
    if (isDenied(error)) throw error;
    return undefined;
  }
}

/** Whether there is an engine that this user may not use. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EACCES';
}

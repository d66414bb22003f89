import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { StiError } from '../errors.ts';
import { ResponseError } from './failure.ts';
import type { Transport } from './transport.ts';

export interface JsonRequest {
  readonly method?: 'GET' | 'POST';
  /** With the version and the query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  readonly signal: AbortSignal;
}

/**
 * One request without dockerode, for what every build asks: dockerode takes 30 ms to load, and its first call 8 more. Rejects with a ResponseError for a status that is not a success.
 */
export async function request(transport: Transport, { method = 'GET', path, body, signal }: JsonRequest) {
  const response = await openRequest(transport, { method, path, signal, ...(body && { body }) });
  const content = await text(response);
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) throw new ResponseError(status, content);
  return { headers: response.headers, body: content };
}

/** The answer as it begins, whatever its status; its body is yet to come. */
export function openRequest(
  transport: Transport,
  { method = 'GET', path, body, signal }: JsonRequest,
): Promise<IncomingMessage> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    content === undefined
      ? method === 'POST' && { 'content-length': 0 }
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
  return new Promise((resolve, reject) => {
    transport
      .request({ method, path, signal, ...(headers && { headers }) })
      .on('response', resolve)
      .on('error', reject)
      .end(content);
  });
}

/** Answers are objects or lists; an empty one is neither. */
export function parseJson(body: string): object {
  if (body.trim() === '') return {};
  const parsed: unknown = JSON.parse(body);
  if (typeof parsed === 'object' && parsed !== null) return parsed;
  throw new StiError('engine-failed', 'the engine sent an answer that sti does not understand');
}

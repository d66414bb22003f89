import type { IncomingMessage } from 'node:http';
import { expectStatus, readText } from './answer.ts';
import type { EngineConnection } from './connection.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** With the version and the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** The statuses of success; 200 alone when absent. */
  readonly expect?: readonly number[];
  readonly signal: AbortSignal;
}

/**
 * One request, its answer read whole. Not by dockerode, which takes 30 ms to load, and 8 more for its first call.
 * Rejects with a ResponseError for a refusal, with an AnswerError for what no engine answers.
 */
export async function request(transport: EngineConnection, options: ApiRequest) {
  const answer = await openRequest(transport, options);
  return { headers: answer.headers, body: await readText(answer) };
}

/** The answer as it begins; its body is yet to come. */
export async function openRequest(transport: EngineConnection, options: ApiRequest): Promise<IncomingMessage> {
  const answer = await send(transport, options);
  await expectStatus(answer, options.expect ?? [200]);
  return answer;
}

function send(
  transport: EngineConnection,
  { method = 'GET', path, headers, body, signal }: ApiRequest,
): Promise<IncomingMessage> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const described =
    content === undefined
      ? method === 'POST' && { 'content-length': 0 }
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
  return new Promise((resolve, reject) => {
    transport
      .request({ method, path, signal, headers: { ...headers, ...described } })
      .on('response', resolve)
      .on('error', reject)
      .end(content);
  });
}

import type { IncomingMessage } from 'node:http';
import { type GenericSchema, getDotPath, safeParse } from 'valibot';
import { AnswerError, ResponseError } from './failures.ts';
import { answerLimit, refusalLimit } from './limits.ts';

/** The body of an answer, whole. Rejects with an AnswerError when it is larger than `limit` bytes. */
export async function readText(answer: IncomingMessage, limit = answerLimit): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > limit) throw new AnswerError(`its answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Lets an answer pass that has one of these statuses; any other is read, unless it has no body, and thrown. */
export async function expectStatus(answer: IncomingMessage, expected: readonly number[], method = ''): Promise<void> {
  const { statusCode = 0, headers } = answer;
  const isPage = headers['content-type']?.startsWith('text/html') === true;
  if (expected.includes(statusCode) && !isPage) return;
  const body = await readText(answer, refusalLimit);
  const message = statusCode < 400 ? undefined : method === 'HEAD' ? `status ${statusCode}` : refusal(body);
  if (message !== undefined) throw new ResponseError(statusCode, message);
  throw new AnswerError(`it answered with status ${statusCode} and ${describe(body)}`);
}

/** Reads what the engine sent as JSON. Throws an AnswerError when that has another shape. */
export function decode<T>(schema: GenericSchema<unknown, T>, body: string): T {
  const result = safeParse(schema, parse(body));
  if (result.success) return result.output;
  const path = getDotPath(result.issues[0]);
  const what = path === null ? describe(body) : `JSON in which ${path} is not what Docker's API has there`;
  throw new AnswerError(`it answered with ${what}`);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AnswerError(`it answered with ${describe(body)}`);
  }
}

/** What an engine says when it refuses something; undefined for what another than an engine says. */
function refusal(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) return String(parsed.message);
  } catch {
    // Not JSON: the plain text of Go's own, of a proxy's, or of something else.
  }
  return undefined;
}

function describe(body: string): string {
  const start = body.trimStart();
  if (start === '') return 'nothing';
  if (/^<(!doctype|html|head|body|\?xml)/i.test(start)) return 'a web page';
  if (/^([{["]|(true|false|null|-?\d+)\s*$)/.test(start)) return "JSON that is not of Docker's API";
  const [line = ''] = start.split('\n', 1);
  return `text that is not of Docker's API: ${line.slice(0, 100).trim()}`;
}

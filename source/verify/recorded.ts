import { StiError } from '../errors.ts';
import { type HttpRequest, isRequest } from './request.ts';

/** More are of no use: each is sent in each run, one after the other. */
const most = 1_000;

/**
 * The requests of a recording, as `sti dev --progress json` prints it: its `request` events, each request once.
 * @param file how errors name it
 * @throws StiError `usage`
 */
export function parseRecorded(text: string, file: string): HttpRequest[] {
  const found = new Map<string, HttpRequest>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const request = requestOf(line, `${file}, line ${index + 1},`);
    if (request !== undefined) found.set(`${request.method} ${request.path}`, request);
    if (found.size > most) throw wrong(`${file} has more than ${most} different requests`);
  }
  if (found.size === 0) throw wrong(`${file} has no request in it`);
  return [...found.values()];
}

/** undefined: another event. */
function requestOf(line: string, where: string): HttpRequest | undefined {
  const event = parse(line);
  if (event === undefined) throw wrong(`${where} is not a JSON object`);
  if (event['type'] !== 'request') return undefined;
  const { method, path } = event;
  if (typeof method === 'string' && typeof path === 'string' && isRequest({ method, path })) return { method, path };
  throw wrong(`${where} is a request without a method and a path`);
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function wrong(message: string): StiError {
  return new StiError('usage', message, { hint: 'Record them with sti dev --progress json > FILE.' });
}

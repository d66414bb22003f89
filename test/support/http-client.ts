import { text } from 'node:stream/consumers';
import type { HttpRequest } from '../../source/http/client.ts';
import { createHttpClient } from '../../source/http/create.ts';

/** A client that no proxy or certificate of whoever runs the tests changes. */
export const plainHttp = createHttpClient({});

/** A whole answer, of at most a mebibyte unless said otherwise. */
export function fetchText(url: string, request: Partial<HttpRequest> = {}, env: Record<string, string> = {}) {
  const limits = { maxBytes: 1024 ** 2, timeout: 100_000 };
  return createHttpClient(env).request(url, { ...limits, ...request }, async ({ status, mediaType, body }) => ({
    status,
    mediaType,
    text: await text(body()),
  }));
}

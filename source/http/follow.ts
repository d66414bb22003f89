import { STATUS_CODES } from 'node:http';
import { timeLimit } from '../time-limit.ts';
import { tooLarge, unpackBody } from './body.ts';
import type { HttpAnswer, HttpRequest } from './client.ts';
import { type ConnectionOptions, openConnection } from './connection.ts';
import { basicAuth } from './credentials.ts';
import { HttpError } from './error.ts';

/** Redirects that are followed. */
const mostRedirects = 10;

type Hop = HttpRequest & { readonly signal: AbortSignal };
type Surroundings = Pick<ConnectionOptions, 'env' | 'ca'>;

/** One request and its redirects, as HttpClient.request has it. */
export async function follow<T>(
  url: string,
  request: Hop,
  surroundings: Surroundings,
  read: (answer: HttpAnswer) => Promise<T>,
): Promise<T> {
  const first = httpUrl(url);
  if (first === undefined) throw new HttpError('it is no http or https URL');
  let at = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const next = await ask(at, first, request, surroundings, read);
    if (!('redirect' in next)) return next.value;
    at = next.redirect;
  }
  throw new HttpError(`more than ${mostRedirects} redirects`);
}

/** Credentials are for the origin that they were given for, and no other one. */
async function ask<T>(
  at: URL,
  first: URL,
  { method, body, headers: own, authorization: proof, maxBytes, idleTimeout, admit, signal, timeout }: Hop,
  surroundings: Surroundings,
  read: (answer: HttpAnswer) => Promise<T>,
): Promise<{ readonly redirect: URL } | { readonly value: T }> {
  // What this hop leaves at its signal ends with it.
  const hop = timeLimit(timeout, signal);
  const opening = openConnection(at, { ...surroundings, admit, signal: hop.signal });
  try {
    const connection = await unlessAborted(opening, signal);
    const authorization = at.origin === first.origin ? (proof ?? basicAuth(first)) : undefined;
    const isGet = method === 'HEAD' || (method === undefined && body === undefined);
    const response = await unlessAborted(
      connection.request({
        origin: at.origin,
        path: at.pathname + at.search,
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          'user-agent': 'sti',
          accept: '*/*',
          ...(authorization !== undefined && { authorization }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...own,
        },
        ...(body !== undefined && { body }),
        signal: hop.signal,
        headersTimeout: idleTimeout ?? timeout,
        bodyTimeout: idleTimeout ?? timeout,
      }),
      signal,
    );
    const { statusCode: status, headers } = response;
    response.body.on('error', () => {});
    const redirect = redirectOf(status, headerText(headers['location']), at, isGet);
    if (redirect !== undefined) return { redirect };
    const answer = {
      status,
      ok: status >= 200 && status < 300,
      statusText: `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
      mediaType: (headerText(headers['content-type']).split(';')[0] ?? '').trim().toLowerCase(),
      header: (name: string) => headerText(headers[name]),
      body: () => {
        if (Number(headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
        return unpackBody(response.body, headerText(headers['content-encoding']), maxBytes);
      },
    };
    return { value: await read(answer) };
  } finally {
    hop.close();
    opening.then((connection) => connection.destroy()).catch(() => {});
  }
}

/** A POST is repeated only where the standard keeps it one: 307 and 308. */
function redirectOf(status: number, location: string, at: URL, isGet: boolean): URL | undefined {
  const follows = isGet ? [301, 302, 303, 307, 308] : [307, 308];
  if (!follows.includes(status) || location === '') return undefined;
  const target = httpUrl(location, at);
  if (target === undefined) throw new HttpError('the server redirects to something that is no http or https URL');
  return target;
}

function httpUrl(text: string, base?: URL): URL | undefined {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) ? url : undefined;
}

/** A header that came several times counts as one list. */
function headerText(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(', ') : (header ?? '');
}

/** undici hears a signal only once it has a connection. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

import type { HostCheck } from './hosts.ts';
import type { Message } from './message.ts';

/** An answer of sti's own instead of the app's: for a person who reads it in a browser. */
export interface Refusal {
  readonly status: 403 | 431 | 503;
  readonly words: string;
}

const reasons = { 403: 'Forbidden', 431: 'Request Header Fields Too Large', 503: 'Service Unavailable' } as const;

const seeTerminal = 'The terminal where sti runs says why; the next save tries again.';

export function notReady(waited: number): Refusal {
  return { status: 503, words: `no version of the app was ready within ${waited / 1000} s. ${seeTerminal}` };
}

/** @param why nothing is served, such as `the application ended with exit code 1` */
export function notServed(why: string): Refusal {
  return { status: 503, words: `${why}. ${seeTerminal}` };
}

export function drainOver(drainTime: number): Refusal {
  const words = `the version of the app that had this request was replaced, and didn't answer within ${drainTime / 1000} s. Ask again, or give it more time with --drain.`;
  return { status: 503, words };
}

/**
 * What a request is answered instead of being passed on; undefined: it may pass. A page of another site can have its name
 * lead to this machine (DNS rebinding), and would then read all that the application answers.
 */
export function refusalOf({ hosts }: Message, isAllowed: HostCheck): Refusal | undefined {
  if (hosts === undefined) return { status: 431, words: 'the head of this request is longer than 64 KiB.' };
  const foreign = hosts.find((host) => !isAllowed(host));
  if (foreign === undefined) return undefined;
  const words = `requests to the host ${JSON.stringify(foreign)} are not answered. If it is a name of this machine, allow it with --allow-host.`;
  return { status: 403, words };
}

export function answerOf({ status, words }: Refusal, method: string): string {
  const body = `sti dev: ${words}\n`;
  const head = [
    `HTTP/1.1 ${status} ${reasons[status]}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    ...(status === 503 ? ['Retry-After: 1'] : []),
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : body}`;
}

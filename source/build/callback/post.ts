import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import type { HttpClient } from '../../http/client.ts';
import { redactText, redactUrl } from '../../protocol/redact.ts';

/** Milliseconds before each further attempt. */
const pauses = [500, 1_000, 2_000];
const attemptTimeout = 10_000;
/** Milliseconds that a cancelled build still has for its callback. */
const cancelledTimeout = 2_000;

/**
 * Posts the body; docs/protocol.md, "callback". Network errors and 5xx are tried again, with the whole body each time,
 * until the build is cancelled. Resolves to a warning when all failed.
 * @param signal of the build; it may be aborted already: then there is one short attempt
 */
export async function postCallback(
  url: string,
  body: Buffer,
  { http, signal }: { readonly http: HttpClient; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const deadline = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => {
    timer = setTimeout(
      () => deadline.abort(new Error('no time is left for it in a cancelled build')),
      cancelledTimeout,
    );
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  try {
    const problem = await attempts(() => post(url, body, http, deadline.signal), signal);
    return problem && `the callback ${redactUrl(url)} failed: ${redactText(problem)}`;
  } finally {
    signal.removeEventListener('abort', cancel);
    clearTimeout(timer);
  }
}

interface Attempt {
  readonly problem: string | undefined;
  readonly mayPass: boolean;
}

async function attempts(attempt: () => Promise<Attempt>, signal: AbortSignal): Promise<string | undefined> {
  for (const pause of [...pauses, undefined]) {
    const { problem, mayPass } = await attempt();
    if (problem === undefined || !mayPass || pause === undefined || signal.aborted) return problem;
    await sleep(pause, undefined, { signal }).catch(() => {});
    if (signal.aborted) return problem;
  }
  return undefined;
}

async function post(url: string, body: Buffer, http: HttpClient, signal: AbortSignal): Promise<Attempt> {
  try {
    const request = { body, timeout: attemptTimeout, signal, maxBytes: 0 };
    return await http.request(url, request, async ({ ok, status, statusText }) => {
      if (ok) return { problem: undefined, mayPass: false };
      const hint = status >= 300 && status < 400 ? '; name the URL that it redirects to' : '';
      return { problem: `the server answered ${statusText}${hint}`, mayPass: status >= 500 };
    });
  } catch (error) {
    return { problem: messageOf(error), mayPass: true };
  }
}

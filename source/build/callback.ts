import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import { redactText, redactUrl } from '../protocol/redact.ts';
import type { BuildEvent, BuildOutcome } from './events.ts';
import { withCredentials } from './http-request.ts';

/** Bytes of messages that are kept whole; PROTOCOL.md, "callback". */
const payloadLimit = 16 * 1024 * 1024;
const attempts = 3;
const attemptTimeout = 10_000;
const cancelledTimeout = 2_000;

/** Characters of an unfinished line that wait for their end. */
const longestLine = 64 * 1024;

/**
 * Collects all messages of a build in bounded memory: beyond the limit the middle is left out, and the payload says so.
 * Neither of a script's two streams cuts a line of the other one.
 */
export class Messages {
  readonly #half: number;
  readonly #unfinished = { stdout: '', stderr: '' };
  #head: string[] = [];
  #headSize = 0;
  #tail: string[] = [];
  #tailSize = 0;
  #dropped = 0;

  constructor(limit = payloadLimit) {
    this.#half = limit / 2;
  }

  readonly add = (event: BuildEvent): void => {
    if (event.type === 'log') this.#addLines(event.stream, event.text);
    if (event.type === 'step-finished') this.#finishLines();
    const text = messageText(event);
    if (text !== undefined) this.#add(text);
  };

  text(): string {
    this.#finishLines();
    const gap = this.#dropped === 0 ? [] : [`\n[… ${this.#dropped} characters left out …]\n`];
    return [...this.#head, ...gap, ...this.#tail].join('');
  }

  #addLines(stream: 'stdout' | 'stderr', text: string): void {
    const all = this.#unfinished[stream] + text;
    const end = all.length > longestLine ? all.length : all.lastIndexOf('\n') + 1;
    this.#unfinished[stream] = all.slice(end);
    if (end > 0) this.#add(all.slice(0, end));
  }

  #finishLines(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#unfinished[stream] !== '') this.#add(this.#unfinished[stream]);
      this.#unfinished[stream] = '';
    }
  }

  #add(text: string): void {
    if (this.#headSize + text.length <= this.#half) {
      this.#head.push(text);
      this.#headSize += text.length;
      return;
    }
    this.#tail.push(text);
    this.#tailSize += text.length;
    while (this.#tailSize > this.#half && this.#tail.length > 1) {
      const gone = this.#tail.shift() ?? '';
      this.#tailSize -= gone.length;
      this.#dropped += gone.length;
    }
  }
}

function messageText(event: BuildEvent): string | undefined {
  switch (event.type) {
    case 'step-finished':
      return `${event.step}: ${event.summary}\n`;
    case 'status':
      return `${event.step}: ${event.text}\n`;
    case 'warning':
      return `warning: ${event.message}\n`;
    default:
      return undefined;
  }
}

/** The body of the callback; also what a receiver may rely on. `redact` takes the secrets out of all words in it. */
export function callbackBody(outcome: BuildOutcome, messages: Messages, redact = redactText): string {
  const common = { payload: redact(messages.text()), success: outcome.ok };
  if (!outcome.ok) {
    return JSON.stringify({
      ...common,
      error: { code: outcome.error.code, message: redact(outcome.error.message) },
    });
  }
  const { tag, imageId, labels, steps } = outcome.result;
  return JSON.stringify({ ...common, image: tag, imageId, labels, steps });
}

/** Posts the body. Network errors and 5xx are tried again, with the whole body each time; resolves to a warning when all failed. */
export async function postCallback(url: string, body: string, cancelled: boolean): Promise<string | undefined> {
  let problem = '';
  for (let attempt = 1; attempt <= (cancelled ? 1 : attempts); attempt++) {
    if (attempt > 1) await sleep(500 * 2 ** (attempt - 2));
    try {
      const request = withCredentials(url);
      const response = await fetch(request.url, {
        method: 'POST',
        headers: { ...request.headers, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(cancelled ? cancelledTimeout : attemptTimeout),
      });
      await response.body?.cancel();
      if (response.ok) return undefined;
      problem = `the server answered ${response.status}`;
      if (response.status < 500) break;
    } catch (error) {
      problem = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    }
  }
  return `the callback ${redactUrl(url)} failed: ${problem}`;
}

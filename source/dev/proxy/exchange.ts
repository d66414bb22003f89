import { answerOf, type Refusal } from './answer.ts';
import { type Message, newRequest, readMessage, responseTo } from './message.ts';
import { fieldsOf, type RequestRecord } from './record.ts';

/** What took the request. */
interface Taker {
  readonly openedAt: number | undefined;
  readonly buildNumber: number | null;
}

const longestPath = 2_048;

/** What may be sent a second time without a second effect (RFC 9110, section 9.2.2), if it has no body. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** One request and the response to it, as far as they have come. */
export class Exchange {
  readonly #at = Date.now();
  readonly #start = performance.now();
  #request: Message = newRequest;
  #response: Message | undefined;
  #bytes = 0;
  /** Kept for as long as it may have to be sent again. */
  #head: Buffer[] | undefined = [];
  #hasBody = false;
  #refusal: Refusal | undefined;

  get request(): Message {
    return this.#request;
  }

  /** `undefined` until its first byte. */
  get response(): Message | undefined {
    return this.#response;
  }

  /** @returns how many of the bytes belong to the request */
  readRequest(bytes: Buffer): number {
    const { message, taken } = readMessage(this.#request, bytes);
    this.#request = message;
    const isWhole = message.place.in === 'head' || message.place.in === 'end';
    if (isWhole) this.#head?.push(bytes.subarray(0, taken));
    else {
      this.#head = undefined;
      this.#hasBody = true;
    }
    return taken;
  }

  /** @returns how many of the bytes belong to the response */
  readResponse(bytes: Buffer): number {
    this.#head = undefined;
    const { message, taken } = readMessage(this.#response ?? responseTo(this.#request), bytes);
    this.#response = message;
    this.#bytes += taken;
    return taken;
  }

  get isOver(): boolean {
    return this.#request.place.in === 'end' && this.#response?.place.in === 'end';
  }

  /** Its head is there, so that it can be answered. */
  get isAsked(): boolean {
    return this.#request.place.in !== 'head';
  }

  /** What breaks the connection may be that the app answers and leaves the request's body unread; the answer counts. */
  get isBrokenByBody(): boolean {
    return this.#hasBody && this.#response?.place.in === 'until-close';
  }

  /** The answer has no end of its own: a browser's `EventSource`. */
  get isEndless(): boolean {
    return this.#request.method === 'GET' && this.#response?.isEventStream === true;
  }

  /** The whole request, where it may be sent a second time; only when it is certain that the first was not read. */
  again(): readonly Buffer[] | undefined {
    const { method } = this.#request;
    return method === '' || idempotent.has(method) ? this.#head : undefined;
  }

  /** sti answers instead of the app. @returns the answer; undefined: there is none to what isn't a request yet */
  refuse(refusal: Refusal): string | undefined {
    if (!this.isAsked) return undefined;
    const answer = answerOf(refusal, this.#request.method);
    this.#refusal = refusal;
    this.#bytes = Buffer.byteLength(answer);
    return answer;
  }

  record(upstream: Taker | undefined): RequestRecord {
    const now = performance.now();
    const { method, target } = this.#request;
    const isAnswered = this.#refusal === undefined && this.#response !== undefined;
    return {
      at: this.#at,
      method,
      path: target.slice(0, longestPath),
      status: this.#refusal?.status ?? this.#response?.status ?? null,
      ms: tenths(now - this.#start),
      waitedMs: tenths(Math.max(0, (upstream?.openedAt ?? now) - this.#start)),
      bytes: this.#bytes,
      version: isAnswered ? (upstream?.buildNumber ?? null) : null,
      fields: fieldsOf(this.#request.head),
      answerFields: isAnswered ? fieldsOf(this.#response?.head ?? '') : [],
    };
  }
}

function tenths(ms: number): number {
  return Math.round(10 * ms) / 10;
}

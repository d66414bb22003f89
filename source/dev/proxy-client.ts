import type { Socket } from 'node:net';
import { notReadyAnswer } from './proxy-answer.ts';
import { type Message, newRequest, readMessage, responseTo } from './proxy-message.ts';
import { Unanswered } from './proxy-unanswered.ts';
import { type Route, UpstreamConnection } from './proxy-upstream.ts';

/**
 * What a client's connection is doing. `fresh`: no byte has come from either side. `idle`: HTTP, between two requests.
 * `busy`: HTTP, a request or its response is on its way. `raw`: anything else, carried as it is. `closing`: no more.
 */
type State = 'fresh' | 'idle' | 'busy' | 'raw' | 'closing';

/** How long a client that has got its last answer may take to hang up. ms */
const lingering = 2_000;

/**
 * One connection of a client. It stays open over a switch: requests go one after the other to whatever version is the
 * current one when they begin, so that no client ever meets a connection that is closed while it sends.
 */
export class ClientConnection {
  readonly #client: Socket;
  readonly #route: Route;
  readonly #onUnreachable: (why: string) => void;
  #state: State = 'fresh';
  #request: Message = newRequest;
  /** `undefined` until its first byte. */
  #response: Message | undefined;
  #upstream: UpstreamConnection | undefined;
  /** The connection to the app has carried a request before: the app may have closed it while the next one was on its way. */
  #isReused = false;
  /** The app has sent more than the response. */
  #isAhead = false;
  readonly #unanswered = new Unanswered();
  #clientHasEnded = false;
  /** The client has begun its next request while this one is being answered. */
  #holdsNext = false;
  #upstreamIsFull = false;

  constructor(client: Socket, route: Route, onUnreachable: (why: string) => void) {
    this.#client = client;
    this.#route = route;
    this.#onUnreachable = onUnreachable;
    client.on('data', (chunk: Buffer) => this.#fromClient(chunk));
    client.on('end', () => this.#clientEnded());
    client.on('drain', () => this.#upstream?.resume());
    // What follows an error is a close.
    client.on('error', () => {});
    client.on('close', () => this.#release());
    // At once and not with the first byte: in some protocols it's the server that speaks first.
    this.#connect();
  }

  /** The route leads elsewhere now. */
  routeChanged(): void {
    if (this.#upstream?.isOpen === false) this.#upstream.restart();
    else if (this.#state === 'idle') this.#release();
    else if (this.#state === 'fresh') this.#connect();
  }

  destroy(): void {
    this.#state = 'closing';
    this.#release();
    this.#client.destroy();
  }

  #connect(): void {
    this.#release();
    this.#upstream = new UpstreamConnection(this.#route, {
      data: (chunk) => this.#fromUpstream(chunk),
      end: () => this.#upstreamEnded(false),
      broken: () => this.#upstreamEnded(true),
      drain: () => this.#setUpstreamFull(false),
      unreachable: (why) => this.#unreachable(why),
      cut: () => this.#cut(),
    });
    if (this.#clientHasEnded) this.#upstream.end();
  }

  #release(): void {
    this.#upstream?.close();
    this.#upstream = undefined;
    this.#isReused = false;
    this.#isAhead = false;
    this.#upstreamIsFull = false;
  }

  #fromClient(chunk: Buffer): void {
    if (this.#state === 'raw') this.#send(chunk);
    else if (this.#state === 'busy' && this.#request.place.in === 'end') this.#holdBack(chunk);
    else if (this.#state !== 'closing') this.#readRequest(this.#state === 'idle' ? withoutBlankLines(chunk) : chunk);
  }

  #readRequest(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#state !== 'busy') this.#begin();
    const { message, taken } = readMessage(this.#request, bytes);
    this.#request = message;
    this.#send(bytes.subarray(0, taken));
    if (taken < bytes.length) this.#holdBack(bytes.subarray(taken));
    if (message.place.in === 'opaque') this.#becomeRaw();
    else this.#endExchange();
  }

  #begin(): void {
    this.#state = 'busy';
    this.#request = newRequest;
    this.#response = undefined;
    this.#unanswered.begin();
    if (this.#upstream) this.#upstream.extend();
    else this.#connect();
  }

  #send(chunk: Buffer): void {
    this.#unanswered.add(chunk);
    this.#setUpstreamFull(this.#upstream?.write(chunk) === false);
  }

  /** The stream keeps it, and ends only after it. */
  #holdBack(chunk: Buffer): void {
    this.#holdsNext = true;
    this.#client.pause();
    this.#client.unshift(chunk);
  }

  #setUpstreamFull(isFull: boolean): void {
    this.#upstreamIsFull = isFull;
    this.#flow();
  }

  #flow(): void {
    if (this.#holdsNext || this.#upstreamIsFull) this.#client.pause();
    else this.#client.resume();
  }

  #fromUpstream(chunk: Buffer): void {
    if (this.#state === 'fresh') this.#becomeRaw();
    if (this.#state === 'raw') this.#toClient(chunk);
    else if (this.#state === 'busy') this.#readResponse(chunk);
    // Nobody has asked: the app is about to close this connection, with a 408 for instance.
    else this.#release();
  }

  #readResponse(chunk: Buffer): void {
    this.#unanswered.forget();
    const { message, taken } = readMessage(this.#response ?? responseTo(this.#request), chunk);
    this.#response = message;
    this.#isAhead ||= taken < chunk.length;
    this.#toClient(chunk.subarray(0, taken));
    if (message.place.in === 'opaque') this.#becomeRaw();
    else this.#endExchange();
  }

  #toClient(chunk: Buffer): void {
    if (!this.#client.write(chunk)) this.#upstream?.pause();
  }

  #endExchange(): void {
    if (this.#request.place.in !== 'end' || this.#response?.place.in !== 'end') return;
    if (this.#clientHasEnded || !this.#request.persistent || !this.#response.persistent) this.#finish();
    else this.#rest();
  }

  #rest(): void {
    this.#state = 'idle';
    if (this.#isAhead || !this.#upstream?.isCurrent) this.#release();
    else this.#isReused = true;
    this.#holdsNext = false;
    this.#flow();
  }

  #becomeRaw(): void {
    this.#state = 'raw';
    this.#unanswered.forget();
    this.#holdsNext = false;
    this.#flow();
  }

  #clientEnded(): void {
    this.#clientHasEnded = true;
    if (this.#state === 'idle') this.#finish();
    if (this.#state === 'fresh') this.#becomeRaw();
    this.#upstream?.end();
  }

  #upstreamEnded(isBroken: boolean): void {
    if (this.#state === 'idle') this.#release();
    else if (this.#state === 'busy') this.#responseEnded(isBroken);
    else if (isBroken) this.#reset();
    else {
      this.#becomeRaw();
      this.#client.end();
    }
  }

  #responseEnded(isBroken: boolean): void {
    const mayResend = this.#isReused || !this.#upstream?.isCurrent;
    const again = mayResend ? this.#unanswered.again(this.#request.method) : undefined;
    if (again) {
      this.#connect();
      for (const chunk of again) this.#setUpstreamFull(this.#upstream?.write(chunk) === false);
    } else if (isBroken && this.#response !== undefined && this.#response.place.in !== 'end') this.#reset();
    else this.#finish();
  }

  /** The version is to go, and this is still open. A request that it hasn't begun to answer goes to the next one. */
  #cut(): void {
    if (this.#state === 'busy') this.#responseEnded(true);
    else this.#finish();
  }

  #unreachable(why: string): void {
    this.#onUnreachable(why);
    const isWholeHead = this.#state === 'busy' && this.#request.place.in !== 'head';
    if (isWholeHead) this.#client.write(notReadyAnswer(this.#request.method, this.#route.switchTimeout));
    this.#finish();
  }

  /** Closes so that the client gets all that was written: hanging up on bytes still unread would take it away. */
  #finish(): void {
    this.#state = 'closing';
    this.#release();
    this.#holdsNext = false;
    this.#client.resume();
    this.#client.end(() => {
      const timer = setTimeout(() => this.#client.destroy(), lingering);
      this.#client.once('close', () => clearTimeout(timer));
    });
  }

  /** So that the client doesn't take what it got for the whole. */
  #reset(): void {
    this.#state = 'closing';
    this.#release();
    this.#client.resetAndDestroy();
  }
}

/** After a request's body some clients send a line end that belongs to nothing (RFC 9112, section 2.2). */
function withoutBlankLines(chunk: Buffer): Buffer {
  const start = chunk.findIndex((byte) => byte !== 13 && byte !== 10);
  return start < 0 ? chunk.subarray(0, 0) : chunk.subarray(start);
}

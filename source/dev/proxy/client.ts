import type { Socket } from 'node:net';
import { drainOver, notReady, notServed, type Refusal, refusalOf } from './answer.ts';
import type { Route } from './backend.ts';
import { ClientSocket } from './client-socket.ts';
import { Departure } from './departure.ts';
import { Exchange } from './exchange.ts';
import { skipBlankLines } from './message.ts';
import { type End, UpstreamConnection } from './upstream.ts';

/**
 * What a client's connection is doing. `fresh`: no byte has come from either side. `idle`: HTTP, between two requests.
 * `busy`: HTTP, a request or its response is on its way. `raw`: anything else, carried as it is. `closing`: no more.
 */
type State = 'fresh' | 'idle' | 'busy' | 'raw' | 'closing';

/**
 * One connection of a client. It stays open over a switch: requests go one after the other to whatever version is the
 * current one when they begin, so that no client ever meets a connection that is closed while it sends.
 */
export class ClientConnection {
  readonly #client: ClientSocket;
  readonly #route: Route;
  #state: State = 'fresh';
  /** The one that is under way, or that led to `raw`. */
  #exchange: Exchange | undefined;
  #upstream: UpstreamConnection | undefined;
  #clientHasEnded = false;
  /** HTTP has given way to something else, such as a websocket. */
  #isUpgraded = false;
  readonly #departure = new Departure(() => this.#finish());

  constructor(socket: Socket, route: Route) {
    this.#client = new ClientSocket(socket, {
      data: (chunk) => this.#fromClient(chunk),
      end: () => this.#clientEnded(),
      drain: () => this.#upstream?.resume(),
      close: () => this.#closed(),
    });
    this.#route = route;
    // At once and not with the first byte: in some protocols it's the server that speaks first.
    this.#connect();
  }

  /** The route leads elsewhere now. */
  routeChanged(): void {
    if (this.#upstream?.isOpen === false) {
      this.#upstream.restart();
      this.#checkServed();
    } else if (this.#state === 'fresh') this.#connect();
    else this.#leave();
    this.letGo();
  }

  letGo(): void {
    if (this.#state === 'idle') this.#release();
  }

  destroy(): void {
    this.#closed();
    this.#client.destroy();
  }

  #connect(): void {
    this.#release();
    this.#upstream = new UpstreamConnection(this.#route, {
      data: (chunk) => this.#fromUpstream(chunk),
      ended: (how) => this.#upstreamEnded(how),
      drain: () => this.#client.setAppFull(false),
      unreachable: (why) => {
        this.#route.unreachable(why);
        this.#refuse(notReady(this.#route.switchTimeout));
      },
      cut: () => this.#cut(),
    });
    if (this.#clientHasEnded) this.#upstream.end();
  }

  #release(): void {
    this.#upstream?.close();
    this.#upstream = undefined;
    this.#client.setAppFull(false);
    this.#departure.cancel();
  }

  #closed(): void {
    this.#state = 'closing';
    this.#tell();
    this.#release();
  }

  #fromClient(chunk: Buffer): void {
    if (this.#state === 'closing') return;
    if (this.#state === 'raw') {
      this.#departure.clientSpoke(chunk.length);
      this.#send(chunk);
    } else if (this.#exchange?.request.place.in === 'end') this.#client.holdBack(chunk);
    else this.#readRequest(this.#state === 'idle' ? skipBlankLines(chunk) : chunk);
  }

  #readRequest(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const exchange = this.#exchange ?? this.#begin();
    const taken = exchange.readRequest(bytes);
    // Its head's end hasn't gone out: the app can't have acted on what is refused here.
    const refusal = refusalOf(exchange.request, this.#route.isAllowedHost);
    if (refusal !== undefined) {
      this.#refuse(refusal);
      return;
    }
    this.#send(bytes.subarray(0, taken));
    if (taken < bytes.length) this.#client.holdBack(bytes.subarray(taken));
    if (exchange.request.place.in === 'opaque') this.#becomeRaw(bytes.length);
    else this.#endExchange(exchange);
    this.#checkServed();
  }

  #begin(): Exchange {
    this.#state = 'busy';
    this.#exchange = new Exchange();
    if (this.#upstream) this.#upstream.extend();
    else this.#connect();
    return this.#exchange;
  }

  #send(chunk: Buffer): void {
    this.#client.setAppFull(this.#upstream?.write(chunk) === false);
  }

  #fromUpstream(chunk: Buffer): void {
    if (this.#state === 'fresh') this.#becomeRaw(0);
    if (this.#state === 'raw') {
      this.#departure.appSpoke();
      this.#toClient(chunk);
    } else if (this.#exchange) this.#readResponse(this.#exchange, chunk);
    // Nobody has asked: the app is about to close this connection, with a 408 for instance.
    else this.#release();
  }

  #readResponse(exchange: Exchange, chunk: Buffer): void {
    const isFirst = exchange.response === undefined;
    const taken = exchange.readResponse(chunk);
    if (this.#upstream && taken < chunk.length) this.#upstream.isAhead = true;
    this.#toClient(chunk.subarray(0, taken));
    if (exchange.response?.place.in === 'opaque') this.#becomeRaw(0);
    else {
      if (isFirst) this.#leave();
      this.#endExchange(exchange);
    }
  }

  #toClient(chunk: Buffer): void {
    if (!this.#client.write(chunk)) this.#upstream?.pause();
  }

  #endExchange({ isOver, request, response }: Exchange): void {
    if (!isOver) return;
    if (this.#clientHasEnded || !request.persistent || !response?.persistent) {
      this.#finish();
      return;
    }
    this.#tell();
    this.#state = 'idle';
    if (this.#upstream?.mayBeReused()) this.#upstream.isReused = true;
    else this.#release();
    this.#client.letNext();
  }

  /** The request is over, and whoever wants to know hears of it. */
  #tell(): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange?.request.method) this.#route.request(exchange.record(this.#upstream));
  }

  #becomeRaw(asked: number): void {
    this.#state = 'raw';
    this.#isUpgraded ||= this.#exchange?.response?.status !== undefined;
    this.#departure.clientSpoke(asked);
    this.#tell();
    this.#client.letNext();
    this.#leave();
  }

  #clientEnded(): void {
    this.#clientHasEnded = true;
    if (this.#state === 'idle') this.#finish();
    if (this.#state === 'fresh') this.#becomeRaw(0);
    this.#upstream?.end();
  }

  #upstreamEnded(how: End): void {
    const exchange = this.#exchange;
    if (this.#state === 'idle') this.#release();
    else if (exchange === undefined && how !== 'broken') {
      this.#becomeRaw(0);
      this.#client.end();
    } else if (exchange === undefined) this.#reset();
    else if (exchange.response?.place.in === 'end') this.#finish();
    else if (how === 'unclear') this.#upstream?.confirmEnd();
    else if (how === 'broken' && exchange.response === undefined) this.#askAgain(exchange);
    else if (how === 'broken' && !exchange.isBrokenByBody) this.#reset();
    else this.#finish();
  }

  /** The app hasn't read the request: it hung up before, and that was under way to the proxy at the same time. */
  #askAgain(exchange: Exchange): void {
    const again = this.#upstream?.isReused || !this.#upstream?.isCurrent ? exchange.again() : undefined;
    if (again === undefined) this.#finish();
    else this.#connect();
    for (const chunk of again ?? []) this.#send(chunk);
  }

  /** The old version has something here: what has no end is closed soon, what isn't understood when it is quiet. */
  #leave(): void {
    if (this.#upstream === undefined || this.#upstream.isCurrent) return;
    if (this.#isUpgraded || this.#exchange?.isEndless) this.#departure.soon();
    else if (this.#state === 'raw') this.#departure.whenQuiet();
  }

  /** The old version's drain time is over. What it was asked it may have done, so nobody else is asked. */
  #cut(): void {
    if (this.#exchange?.response !== undefined && !this.#exchange.isEndless) this.#reset();
    else this.#refuse(drainOver(this.#route.drainTime));
  }

  /** Nothing is served, and nothing is on its way: whoever has asked hears so at once. */
  #checkServed(): void {
    const { refusal } = this.#route;
    if (refusal === undefined || this.#upstream?.isOpen !== false) return;
    if (this.#state === 'raw' || this.#exchange?.isAsked) this.#refuse(notServed(refusal));
  }

  /** Answers what was asked, and hangs up. */
  #refuse(refusal: Refusal): void {
    const answer = this.#exchange?.refuse(refusal);
    if (answer !== undefined) this.#client.write(answer);
    this.#finish();
  }

  /** Closes so that the client gets all that was written. */
  #finish(): void {
    this.#closed();
    this.#client.hangUp();
  }

  #reset(): void {
    this.#closed();
    this.#client.reset();
  }
}

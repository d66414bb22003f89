import { connect, type Socket } from 'node:net';

/** Where a version of the app listens. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
}

/** A version of the app, and the connections to it. */
export class Version {
  readonly upstream: Upstream;
  readonly connections = new Set<UpstreamConnection>();
  readonly #whenEmpty: (() => void)[] = [];

  constructor(upstream: Upstream) {
    this.upstream = upstream;
  }

  forget(connection: UpstreamConnection): void {
    this.connections.delete(connection);
    if (this.connections.size === 0) for (const tell of this.#whenEmpty.splice(0)) tell();
  }

  async empty(): Promise<void> {
    if (this.connections.size > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }
}

/** Where new connections lead now. */
export interface Route {
  /** `undefined`: no version is ready, so whoever connects waits. */
  readonly current: Version | undefined;
  /** How long to try, ms. */
  readonly switchTimeout: number;
}

export interface UpstreamEvents {
  data(chunk: Buffer): void;
  /** The app has said all it had to say. */
  end(): void;
  /** The connection broke. */
  broken(): void;
  /** What was written has gone out. */
  drain(): void;
  /** No version could be connected to in time. */
  unreachable(why: string): void;
  /** The version's drain time is over: this connection of it has to go. */
  cut(): void;
}

/** Bytes that are kept for a version that isn't there yet. */
const longestPending = 65_536;

/** One connection to the current version; waits for one and tries again until there is one that accepts. */
export class UpstreamConnection {
  readonly #route: Route;
  readonly #events: UpstreamEvents;
  #version: Version | undefined;
  #socket: Socket | undefined;
  #isOpen = false;
  #pending: Buffer[] = [];
  #pendingLength = 0;
  #ending = false;
  #pause = 1;
  #retry: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #why = 'no version of the app is ready';

  constructor(route: Route, events: UpstreamEvents) {
    this.#route = route;
    this.#events = events;
    this.extend();
    this.#attempt();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isCurrent(): boolean {
    return this.#version === this.#route.current;
  }

  /** Gives a connection that isn't open yet the whole time again: somebody has begun to wait for it. */
  extend(): void {
    if (this.#isOpen) return;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.close();
      this.#events.unreachable(this.#why);
    }, this.#route.switchTimeout);
  }

  /** The route has changed: what isn't open yet starts anew, with the whole time for a new version. */
  restart(): void {
    this.#pause = 1;
    if (this.#route.current) this.extend();
    this.#attempt();
  }

  /** @returns whether more may be written at once; else after `drain` */
  write(chunk: Buffer): boolean {
    if (this.#isOpen && this.#socket) return this.#socket.write(chunk);
    this.#pending.push(chunk);
    this.#pendingLength += chunk.length;
    return this.#pendingLength < longestPending;
  }

  end(): void {
    this.#ending = true;
    if (this.#isOpen) this.#socket?.end();
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** After this no event comes. */
  close(): void {
    clearTimeout(this.#deadline);
    this.#abandon();
    this.#version?.forget(this);
  }

  cut(): void {
    this.#events.cut();
  }

  #attempt(): void {
    this.#abandon();
    this.#version?.forget(this);
    this.#version = this.#route.current;
    if (this.#version === undefined) return;
    this.#version.connections.add(this);
    const socket = connect({ ...this.#version.upstream, allowHalfOpen: true, noDelay: true });
    this.#socket = socket;
    socket.once('connect', () => this.#opened(socket));
    socket.once('error', (error) => {
      if (socket !== this.#socket) return;
      this.#why = error.message;
      this.#retry = setTimeout(() => this.#attempt(), this.#pause);
      this.#pause = Math.min(2 * this.#pause, 50);
    });
  }

  #opened(socket: Socket): void {
    if (socket !== this.#socket) return;
    clearTimeout(this.#deadline);
    this.#isOpen = true;
    socket.removeAllListeners('error');
    socket.on('error', () => this.#unlessClosed(socket, () => this.#events.broken()));
    socket.on('data', (chunk: Buffer) => this.#unlessClosed(socket, () => this.#events.data(chunk)));
    socket.on('end', () => this.#unlessClosed(socket, () => this.#events.end()));
    socket.on('drain', () => this.#unlessClosed(socket, () => this.#events.drain()));
    socket.on('close', () => this.#unlessClosed(socket, () => this.close()));
    for (const chunk of this.#pending) socket.write(chunk);
    this.#pending = [];
    if (this.#ending) socket.end();
    else if (!socket.writableNeedDrain) this.#events.drain();
  }

  #unlessClosed(socket: Socket, tell: () => void): void {
    if (socket === this.#socket) tell();
  }

  /** Lets go of the socket without a word to anybody. */
  #abandon(): void {
    clearTimeout(this.#retry);
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

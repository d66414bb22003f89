import { pauseAfter } from '../../run/readiness.ts';
import type { Backend, Route } from './backend.ts';
import { PatientSocket } from './patient-socket.ts';

/** `end`: the app has said all it had to say. `broken`: a reset. `unclear`: one of them, see `confirmEnd`. */
export type End = 'end' | 'broken' | 'unclear';

export interface UpstreamEvents {
  data(chunk: Buffer): void;
  ended(how: End): void;
  /** What was written has gone out. */
  drain(): void;
  /** No version could be connected to in time. */
  unreachable(why: string): void;
  /** The version's drain time is over: this connection of it has to go. */
  cut(): void;
}

/** Bytes that are kept for a version that isn't there yet. */
const longestPending = 65_536;

const nothing = Buffer.alloc(0);
/** How long after the end of the app's side a reset may follow it, ms. */
const settleMs = 5;
/** The longest pause between two attempts to connect, ms. */
const longestPause = 50;
/** How many attempts the connections to a version make together at most, per ms, as long as that keeps no one waiting longer. */
const attemptsPerMs = 4;

/**
 * How long a connection that was refused pauses, ms: a share of the time that it has waited, so that a version that has
 * come up is noticed soon. Many share what one may take, since the version may be starting and needs the processor.
 *
 * @param connections how many there are to the version
 */
export function retryPause(waited: number, connections: number): number {
  return Math.min(Math.max(pauseAfter(waited, longestPause), connections / attemptsPerMs), longestPause);
}

/** One connection to the current version; waits for one and tries again until there is one that accepts. */
export class UpstreamConnection {
  readonly #route: Route;
  readonly #events: UpstreamEvents;
  /** It has carried a request before: the app may have closed it while the next one was on its way. */
  isReused = false;
  /** The app has sent more than the response. */
  isAhead = false;
  #backend: Backend | undefined;
  #socket: PatientSocket | undefined;
  #openedAt: number | undefined;
  #pending: Buffer[] = [];
  #pendingLength = 0;
  #ending = false;
  #tryingSince = performance.now();
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
    return this.#openedAt !== undefined;
  }

  get isCurrent(): boolean {
    return this.#backend === this.#route.current;
  }

  mayBeReused(): boolean {
    return this.isCurrent && !this.isAhead;
  }

  /** When a version took it, as `performance.now` has it; undefined: none has. */
  get openedAt(): number | undefined {
    return this.#openedAt;
  }

  get buildNumber(): number | null {
    return this.#backend?.number ?? null;
  }

  /** Gives a connection that isn't open yet the whole time again: somebody has begun to wait for it. */
  extend(): void {
    if (this.isOpen) return;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.close();
      this.#events.unreachable(this.#why);
    }, this.#route.switchTimeout);
  }

  /** The route has changed: what isn't open yet starts anew, with the whole time for a new version. */
  restart(): void {
    this.#tryingSince = performance.now();
    if (this.#route.current) this.extend();
    this.#attempt();
  }

  /**
   * Finds out what an unclear end was: after a reset a write fails, once the bytes sent last have come to nothing. Who was
   * reset by the other side knows that it hasn't read them.
   */
  confirmEnd(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    const confirmed = () => this.#unlessClosed(socket, () => this.#events.ended('end'));
    // What follows an error is told as `broken`.
    const tryToWrite = () => socket.write(nothing, (error) => error ?? confirmed());
    this.#retry = setTimeout(() => (socket.writableEnded ? confirmed() : tryToWrite()), settleMs);
  }

  /** @returns whether more may be written at once; else after `drain` */
  write(chunk: Buffer): boolean {
    if (this.isOpen && this.#socket) return this.#socket.write(chunk);
    this.#pending.push(chunk);
    this.#pendingLength += chunk.length;
    return this.#pendingLength < longestPending;
  }

  end(): void {
    this.#ending = true;
    if (this.isOpen) this.#socket?.end();
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
    this.#backend?.forget(this);
  }

  cut(): void {
    this.#events.cut();
  }

  #attempt(): void {
    this.#abandon();
    this.#backend?.forget(this);
    this.#backend = this.#route.current;
    if (this.#backend === undefined) return;
    const { upstream, connections } = this.#backend;
    connections.add(this);
    const socket = new PatientSocket({ allowHalfOpen: true });
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.connect(upstream);
    socket.once('connect', () => this.#opened(socket));
    socket.once('error', (error) => {
      if (socket !== this.#socket) return;
      this.#why = error.message;
      const pause = retryPause(performance.now() - this.#tryingSince, connections.size);
      this.#retry = setTimeout(() => this.#attempt(), pause);
    });
  }

  #opened(socket: PatientSocket): void {
    if (socket !== this.#socket) return;
    clearTimeout(this.#deadline);
    this.#openedAt = performance.now();
    socket.removeAllListeners('error');
    socket.on('error', () => this.#unlessClosed(socket, () => this.#events.ended('broken')));
    socket.on('data', (chunk: Buffer) => this.#unlessClosed(socket, () => this.#events.data(chunk)));
    socket.on('end', () => this.#unlessClosed(socket, () => this.#events.ended('unclear')));
    socket.on('drain', () => this.#unlessClosed(socket, () => this.#events.drain()));
    socket.on('close', () => this.#unlessClosed(socket, () => this.close()));
    for (const chunk of this.#pending) socket.write(chunk);
    this.#pending = [];
    if (this.#ending) socket.end();
    else if (!socket.writableNeedDrain) this.#events.drain();
  }

  #unlessClosed(socket: PatientSocket, tell: () => void): void {
    if (socket === this.#socket) tell();
  }

  /** Lets go of the socket without a word to anybody. */
  #abandon(): void {
    clearTimeout(this.#retry);
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

import type { Socket } from 'node:net';

/** How long a client that was hung up on may be silent before it is cut off, and how long it may talk, ms. */
const longestSilence = 2_000;
const maxMs = 30_000;

export interface ClientSocketEvents {
  data(chunk: Buffer): void;
  /** The client has said all it had to say. */
  end(): void;
  /** What was written has gone out. */
  drain(): void;
  close(): void;
}

/** The client's side of a connection: what it sends is let in when there is room for it. */
export class ClientSocket {
  readonly #socket: Socket;
  /** It has begun its next request while one is being answered. */
  #holdsNext = false;
  #appIsFull = false;

  constructor(socket: Socket, { data, end, drain, close }: ClientSocketEvents) {
    this.#socket = socket;
    // What follows an error is a close.
    socket
      .on('data', data)
      .on('end', end)
      .on('drain', drain)
      .on('close', close)
      .on('error', () => {});
  }

  /** The stream keeps it, and ends only after it. */
  holdBack(chunk: Buffer): void {
    this.#holdsNext = true;
    this.#socket.pause();
    this.#socket.unshift(chunk);
  }

  /** What was held back may come. */
  letNext(): void {
    this.#holdsNext = false;
    this.#flow();
  }

  setAppFull(isFull: boolean): void {
    this.#appIsFull = isFull;
    this.#flow();
  }

  #flow(): void {
    if (this.#holdsNext || this.#appIsFull) this.#socket.pause();
    else this.#socket.resume();
  }

  /** @returns whether more may be written at once; else after `drain` */
  write(chunk: Buffer | string): boolean {
    return this.#socket.write(chunk);
  }

  end(): void {
    this.#socket.end();
  }

  /**
   * Ends the connection so that the client gets all that was written to it: what it still sends is read and dropped, for
   * closing on bytes that are unread would take away an answer that it hasn't read yet.
   */
  hangUp(): void {
    const socket = this.#socket;
    const destroy = () => void socket.destroy();
    socket.removeAllListeners('data').resume();
    socket.end(() => {
      const limit = setTimeout(destroy, maxMs);
      socket.setTimeout(longestSilence, destroy).once('close', () => clearTimeout(limit));
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** So that the client doesn't take what it got for the whole. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}

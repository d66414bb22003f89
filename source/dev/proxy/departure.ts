/** What has no end is closed this long after a switch, ms: its client comes again, and finds the new version ready. */
const endlessTime = 1_000;
/** A connection without traffic for this long is quiet, ms. */
const quietTime = 100;
/**
 * What is shorter is no request: an acknowledgement, a window or a ping, which clients of HTTP/2 send after an answer, is
 * of up to two dozen bytes, and TLS adds another two dozen. Bytes.
 */
const shortestRequest = 48;

/** How a connection leaves an old version by itself, before that's drain time is over. */
export class Departure {
  readonly #leave: () => void;
  #timer: NodeJS.Timeout | undefined;
  #lastTraffic = performance.now();
  /** Bytes of the client since the app last spoke. */
  #asked = 0;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  clientSpoke(bytes: number): void {
    this.#lastTraffic = performance.now();
    this.#asked += bytes;
  }

  appSpoke(): void {
    this.#lastTraffic = performance.now();
    this.#asked = 0;
  }

  /** For what has no end. */
  soon(): void {
    this.cancel();
    this.#timer = setTimeout(this.#leave, endlessTime);
  }

  /** For a protocol that isn't known: when both are silent, and the client doesn't seem to wait for an answer. */
  whenQuiet(): void {
    this.cancel();
    const left = this.#lastTraffic + quietTime - performance.now();
    const isAsking = this.#asked >= shortestRequest;
    if (left <= 0 && !isAsking) this.#leave();
    else this.#timer = setTimeout(() => this.whenQuiet(), Math.max(left, isAsking ? quietTime : 1));
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}

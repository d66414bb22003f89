/** Bytes. A longer request can't be sent again. */
const longest = 65_536;

/** What may be sent a second time without a second effect (RFC 9110, section 9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** The bytes of a request that has no answer yet, so that it can be sent again where its first recipient is gone. */
export class Unanswered {
  #chunks: Buffer[] | undefined;
  #length = 0;

  /** A request begins. */
  begin(): void {
    this.#chunks = [];
    this.#length = 0;
  }

  add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > longest) this.#chunks = undefined;
    this.#chunks?.push(chunk);
  }

  /** It is answered. */
  forget(): void {
    this.#chunks = undefined;
  }

  /** @param method empty: the request's head isn't complete, so nobody can have acted on it. */
  again(method: string): readonly Buffer[] | undefined {
    return method === '' || idempotent.has(method) ? this.#chunks : undefined;
  }
}

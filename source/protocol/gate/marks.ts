export type Scanned = { readonly data: Uint8Array } | { readonly mark: string };

/** A mark is a line; one that grows beyond this isn't ours. Bytes. */
const longestMark = 8192;

/**
 * Separates the gate's marks (`@@nonce:text@@` and a newline) from what scripts print on the same stream, byte for byte
 * and whatever the pieces it arrives in. Bytes that might begin a mark are held back until the next piece shows.
 */
export class MarkScanner {
  readonly #start: Buffer;
  readonly #end = Buffer.from('@@\n');
  #held: Buffer = Buffer.alloc(0);

  constructor(nonce: string) {
    this.#start = Buffer.from(`@@${nonce}:`);
  }

  push(bytes: Uint8Array): Scanned[] {
    const found: Scanned[] = [];
    let rest =
      this.#held.length === 0
        ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        : Buffer.concat([this.#held, bytes]);
    for (;;) {
      const at = rest.indexOf(this.#start);
      const keepFrom = at >= 0 ? at : rest.length - this.#possibleStart(rest);
      if (keepFrom > 0) found.push({ data: rest.subarray(0, keepFrom) });
      rest = rest.subarray(keepFrom);
      if (at < 0) break;
      const end = rest.indexOf(this.#end, this.#start.length);
      if (end < 0) {
        if (rest.length <= longestMark) break;
        found.push({ data: rest.subarray(0, this.#start.length) });
        rest = rest.subarray(this.#start.length);
        continue;
      }
      found.push({ mark: rest.toString('utf8', this.#start.length, end) });
      rest = rest.subarray(end + this.#end.length);
    }
    this.#held = Buffer.from(rest);
    return found;
  }

  /** What was held back, when the stream has ended. */
  flush(): Uint8Array {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held;
  }

  /** How many of the last bytes could be the beginning of a mark. */
  #possibleStart(bytes: Buffer): number {
    for (let length = Math.min(this.#start.length - 1, bytes.length); length > 0; length--) {
      if (bytes.subarray(bytes.length - length).equals(this.#start.subarray(0, length))) return length;
    }
    return 0;
  }
}

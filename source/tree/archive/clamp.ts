import { isZeroBlock } from '../../protocol/save-artifacts.ts';
import { blockSize, readHeader, readRecords } from './header.ts';

/** Longer extended headers are refused; real ones hold names and attributes. */
const longestExtension = 1024 * 1024;

/** Of an extended header, what says when a file was made, changed or read. */
const times = ['mtime', 'atime', 'ctime', 'LIBARCHIVE.creationtime'];

/** Types of entries that have content of their own; NUL is the oldest archives' file. */
const withContent = ['\0', '0', '7', 'x', 'g', 'L', 'K'];

/**
 * The same tar, in which nothing is newer than a time: files that are get just that time. All else stays, byte for byte, but
 * for the times of extended headers.
 * @param latest seconds since the epoch
 */
export async function* clampTimes(input: AsyncIterable<Uint8Array>, latest: number): AsyncGenerator<Buffer> {
  const clamp = new TimeClamp(latest);
  for await (const chunk of input) yield* clamp.push(chunk);
  clamp.finish();
}

class TimeClamp {
  readonly #latest: number;
  /** Bytes of a block or of an extended header that came in pieces. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes that pass as they are. */
  #passing = 0;
  /** The extended header whose content comes next, and how long that is with its padding. */
  #extension: { readonly block: Buffer; readonly size: number } | undefined;
  /** The size of the next entry, where its own header can't say it. */
  #stated: number | undefined;
  #ended = false;

  constructor(latest: number) {
    this.#latest = latest;
  }

  *push(chunk: Uint8Array): Generator<Buffer> {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (rest.length > 0) {
      if (this.#ended || this.#passing > 0) {
        const piece = this.#ended ? rest : rest.subarray(0, this.#passing);
        if (!this.#ended) this.#passing -= piece.length;
        yield piece;
        rest = rest.subarray(piece.length);
        continue;
      }
      const wanted = this.#extension === undefined ? blockSize : padded(this.#extension.size);
      const piece = rest.subarray(0, wanted - this.#heldBytes);
      rest = rest.subarray(piece.length);
      this.#held.push(Buffer.from(piece));
      this.#heldBytes += piece.length;
      if (this.#heldBytes < wanted) continue;
      const whole = Buffer.concat(this.#held);
      this.#held = [];
      this.#heldBytes = 0;
      yield* this.#extension === undefined ? this.#header(whole) : this.#extended(whole, this.#extension);
    }
  }

  finish(): void {
    if (this.#heldBytes > 0 || this.#passing > 0 || this.#extension) throw new Error('a layer ends in the middle');
  }

  *#header(block: Buffer): Generator<Buffer> {
    if (isZeroBlock(block)) {
      this.#ended = true;
      yield block;
      return;
    }
    const header = readHeader(block);
    if (header === undefined) throw new Error('a header of a layer is damaged');
    const { type } = header;
    const size = withContent.includes(type) ? (this.#stated ?? header.size) : 0;
    const isExtended = type === 'x' || type === 'g';
    if (!Number.isSafeInteger(size) || (isExtended && size > longestExtension)) {
      throw new Error('an entry of a layer has a size that is none');
    }
    if (header.mtimeMs > this.#latest * 1000) setTime(block, this.#latest);
    if (isExtended && size > 0) {
      this.#extension = { block, size };
      return;
    }
    if (type !== 'L' && type !== 'K') this.#stated = undefined;
    this.#passing = padded(size);
    yield block;
  }

  /** Without its times, which the header itself has to the second; one that says nothing else goes. */
  *#extended(content: Buffer, { block, size }: { readonly block: Buffer; readonly size: number }): Generator<Buffer> {
    this.#extension = undefined;
    const records = readRecords(content.subarray(0, size));
    if (records === undefined) throw new Error('an extended header of a layer is damaged');
    const stated = records.get('size');
    if (block.toString('latin1', 156, 157) === 'x' && stated !== undefined) this.#stated = Number(stated);
    const kept = [...records].filter(([key]) => !times.includes(key));
    if (kept.length === records.size) {
      yield block;
      yield content;
    } else if (kept.length > 0) {
      const text = Buffer.from(kept.map(([key, value]) => record(key, value)).join(''), 'latin1');
      setOctal(block, 124, 12, text.length);
      setChecksum(block);
      yield block;
      yield Buffer.concat([text], padded(text.length));
    }
  }
}

function padded(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

function setTime(block: Buffer, seconds: number): void {
  setOctal(block, 136, 12, seconds);
  setChecksum(block);
}

function setOctal(block: Buffer, start: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, start, 'latin1');
}

function setChecksum(block: Buffer): void {
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

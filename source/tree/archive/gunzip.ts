import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import { hasCode } from '../file-errors.ts';

/** The stream is cut off or damaged. */
export class BrokenGzip extends Error {}

const chunkSize = 256 * 1024;
const flag = { headerChecksum: 2, extra: 4, name: 8, comment: 16, unknown: 0xe0 };
const magic = [0x1f, 0x8b, 8];

/**
 * What a gzip holds, member after member. What comes after the last member is ignored, as gzip itself does; zlib's own
 * reader takes it for an error, and with that loses the end of the content.
 */
export async function* gunzip(input: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const bytes = new ByteReader(input);
  for (let members = 0; await skipHeader(bytes, members === 0); members += 1) yield* contentOf(bytes);
}

/** False: there is no further member. */
async function skipHeader(bytes: ByteReader, isFirst: boolean): Promise<boolean> {
  const start = await bytes.take(10);
  const flags = start[3] ?? 0;
  if (!magic.every((byte, index) => start[index] === byte) || (flags & flag.unknown) !== 0) {
    if (isFirst) throw new BrokenGzip('its gzip header is damaged');
    return false;
  }
  if (start.length < 10) throw cutOff();
  if (flags & flag.extra) {
    const length = await bytes.take(2);
    if (length.length < 2) throw cutOff();
    await bytes.take(length.readUInt16LE(0));
  }
  if (flags & flag.name) await bytes.skipText();
  if (flags & flag.comment) await bytes.skipText();
  if (flags & flag.headerChecksum) await bytes.take(2);
  return true;
}

async function* contentOf(bytes: ByteReader): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize });
  const feeding = feed(bytes, inflate);
  feeding.catch((error: Error) => inflate.destroy(error));
  let checksum = 0;
  let size = 0;
  try {
    for await (const chunk of inflate) {
      checksum = crc32(chunk, checksum);
      size += chunk.length;
      yield chunk;
    }
    await feeding;
  } catch (error) {
    if (hasCode(error, 'Z_BUF_ERROR')) throw cutOff();
    throw hasCode(error, 'Z_DATA_ERROR') ? new BrokenGzip(`its gzip is damaged: ${error.message}`) : error;
  }
  const trailer = await bytes.take(8);
  if (trailer.length < 8) throw cutOff();
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== size % 2 ** 32) {
    throw new BrokenGzip('its gzip is damaged: the checksum is wrong');
  }
}

/** Resolves when the member is complete or there is no more; what follows the member is left to be read. */
async function feed(bytes: ByteReader, inflate: InflateRaw): Promise<void> {
  for (let chunk = await bytes.next(); chunk !== undefined; chunk = await bytes.next()) {
    const before = inflate.bytesWritten;
    await write(inflate, chunk);
    const used = inflate.bytesWritten - before;
    if (used < chunk.length) return bytes.unread(chunk.subarray(used));
  }
  inflate.end();
}

function write(inflate: InflateRaw, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    inflate.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function cutOff(): BrokenGzip {
  return new BrokenGzip('its gzip is cut off');
}

class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array | undefined;

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  /** What comes next, as it comes; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined && rest.length > 0) return rest;
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      if (value.length > 0) return value;
    }
  }

  unread(bytes: Uint8Array): void {
    this.#rest = bytes;
  }

  /** Fewer at the end. */
  async take(count: number): Promise<Buffer> {
    const taken: Uint8Array[] = [];
    for (let missing = count; missing > 0; ) {
      const chunk = await this.next();
      if (chunk === undefined) break;
      taken.push(chunk.subarray(0, missing));
      if (chunk.length > missing) this.unread(chunk.subarray(missing));
      missing -= Math.min(missing, chunk.length);
    }
    return Buffer.concat(taken);
  }

  async skipText(): Promise<void> {
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) {
      const end = chunk.indexOf(0);
      if (end !== -1) return this.unread(chunk.subarray(end + 1));
    }
    throw cutOff();
  }
}

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { unpackTar } from '../origin/unpack-tar.ts';
import { isGzip, isTarHeader } from '../protocol/save-artifacts.ts';
import type { OutputSink } from './standby.ts';

const blockSize = 512;

/**
 * Reads what a save-artifacts script prints. A tar, plain or gzipped, is unpacked into `folder` while it comes and kept,
 * plain, as the file `archive`; anything else is log text for `log`. Resolves at the end with the first block, by which
 * the protocol is told.
 */
export async function receiveArchive(
  stdout: AsyncIterable<Buffer>,
  folder: string,
  archive: string,
  log: OutputSink,
  signal: AbortSignal,
): Promise<{ readonly firstBlock: Uint8Array }> {
  const printed = await peek(stdout, blockSize);
  const zipped = isGzip(printed.first);
  const plain = zipped ? await peek(Readable.from(printed.all).compose(createGunzip()), blockSize) : printed;
  if (isTarHeader(plain.first)) {
    const options = { code: 'artifacts', signal } as const;
    await unpackTar(Readable.from(tee(plain.all, archive), { objectMode: false }), folder, options);
  } else {
    for await (const bytes of plain.all) if (!zipped) await log('stdout', bytes);
  }
  return { firstBlock: plain.first };
}

/** The first `length` bytes (fewer when there are no more), and all of the stream with them. */
async function peek(
  stream: AsyncIterable<Buffer>,
  length: number,
): Promise<{ first: Buffer; all: AsyncGenerator<Buffer> }> {
  const iterator = stream[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < length) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    chunks.push(value);
    total += value.length;
  }
  async function* all() {
    yield* chunks;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { first: Buffer.concat(chunks).subarray(0, length), all: all() };
}

/** Passes a stream on and writes it to a file, no faster than both take it. */
async function* tee(stream: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  const file = createWriteStream(path, { mode: 0o600 });
  await once(file, 'open');
  try {
    for await (const bytes of stream) {
      if (!file.write(bytes)) await once(file, 'drain');
      yield bytes;
    }
  } finally {
    file.end();
    await finished(file);
  }
}

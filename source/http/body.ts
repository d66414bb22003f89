import { pipeline, type Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { HttpError } from './error.ts';

/** A chain of codings is as long as a server likes; each costs memory. */
const mostCodings = 3;

/**
 * A body as it was before its `content-encoding`. What comes and what it unpacks to are counted while they pass: the
 * stream fails as soon as one of them is beyond the limit.
 */
export function unpackBody(wire: Readable, contentEncoding: string, maxBytes: number): Readable {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > mostCodings) throw new HttpError(`the answer is packed ${codings.length} times`);
  const steps = codings.reverse().flatMap((coding) => [unpacker(coding), limitBytes(maxBytes)]);
  const body = [limitBytes(maxBytes), ...steps].reduce<Readable>((from, to) => pipeline(from, to, () => {}), wire);
  // It may be that nobody reads it to its end: a connection that is closed then is no crash.
  return body.on('error', () => {});
}

function unpacker(coding: string): Transform {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'deflate':
      return createInflate();
    default:
      throw new HttpError(`the answer has the content-encoding "${coding.slice(0, 40)}", which sti can't read`);
  }
}

function limitBytes(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
}

export function tooLarge(maxBytes: number): HttpError {
  return new HttpError(`the answer is larger than ${maxBytes / 1024 ** 2} MiB`);
}

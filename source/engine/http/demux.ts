import type { OutputChunk } from '../engine.ts';
import { AnswerError, codeOf } from './failures.ts';

const headerLength = 8;

/**
 * Takes apart the stream in which an engine sends stdout and stderr over one connection: frames of an 8-byte header
 * (stream number, three zero bytes, big-endian length) and that many bytes. Frames are passed on in the pieces they
 * come in, so that a huge one is never held. Rejects as a broken connection does when the stream ends inside a frame. A
 * reset between two frames is an end like any other: it's what is seen of a container that leaves input unread.
 */
export async function* demux(source: AsyncIterable<Buffer>): AsyncGenerator<OutputChunk, void, undefined> {
  let header: Buffer = Buffer.alloc(0);
  let stream: OutputChunk['stream'] = 'stdout';
  let missing = 0;
  const betweenFrames = () => missing === 0 && header.length === 0;
  for await (const bytes of endingWithReset(source, betweenFrames)) {
    let rest = bytes;
    while (rest.length > 0) {
      if (missing > 0) {
        const piece = rest.subarray(0, missing);
        rest = rest.subarray(piece.length);
        missing -= piece.length;
        yield { stream, bytes: piece };
        continue;
      }
      const part = rest.subarray(0, headerLength - header.length);
      rest = rest.subarray(part.length);
      header = Buffer.concat([header, part]);
      if (header.length < headerLength) continue;
      stream = streamOf(header);
      missing = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  }
  if (!betweenFrames()) {
    throw Object.assign(new Error('the output breaks off'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
  }
}

async function* endingWithReset(source: AsyncIterable<Buffer>, mayEnd: () => boolean): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (thrown) {
    if (codeOf(thrown) !== 'ECONNRESET' || !mayEnd()) throw thrown;
  }
}

/** 1 is stdout, 2 stderr, 3 what the engine itself has to say; 0 would be echoed stdin. */
function streamOf(header: Buffer): OutputChunk['stream'] {
  const number = header.readUInt32BE(0) >>> 24;
  const known = number <= 3 && (header.readUInt32BE(0) & 0xffffff) === 0;
  if (!known) throw new AnswerError("what it sent is not a container's output");
  return number >= 2 ? 'stderr' : 'stdout';
}

import { AnswerError } from '../http/failures.ts';

const blockSize = 512;
/** An archive ends with two blocks of zeros. */
const endSize = 2 * blockSize;

/** Passes an archive on. Rejects with an AnswerError when it isn't one, or breaks off although its transport ended well. */
export async function* wholeTar(answer: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let size = 0;
  let head: Buffer = Buffer.alloc(0);
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of answer) {
    size += chunk.length;
    tail = Buffer.concat([tail, chunk.subarray(-endSize)]).subarray(-endSize);
    if (head.length < blockSize) {
      head = Buffer.concat([head, chunk]);
      if (head.length < blockSize) continue;
      if (!isHeader(head.subarray(0, blockSize))) throw new AnswerError('what it sent is not an archive');
      yield head;
    } else yield chunk;
  }
  const ended = size % blockSize === 0 && tail.length === endSize && tail.every((byte) => byte === 0);
  if (!ended) throw new AnswerError('the archive that it sent breaks off');
}

/** By its checksum: the sum of all bytes, with blanks where the sum itself stands. */
function isHeader(block: Buffer): boolean {
  const isEnd = block.every((byte) => byte === 0);
  const written = Number.parseInt(block.toString('latin1', 148, 156), 8);
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return isEnd || sum === written;
}

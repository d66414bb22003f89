import { AnswerError } from './failures.ts';

/** Bytes of a line; an error may carry what a registry said. */
const lineLimit = 1024 * 1024;

/** The lines of an answer that tells how something goes, as they come. Rejects with an AnswerError for one that never ends. */
export async function* jsonLines(answer: AsyncIterable<string | Buffer>): AsyncGenerator<string, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of answer) {
    rest = Buffer.concat([rest, Buffer.from(chunk)]);
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      yield* textOf(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
    }
    if (rest.length > lineLimit) throw new AnswerError('its answer has no end');
  }
  yield* textOf(rest);
}

function* textOf(line: Buffer): Generator<string, void> {
  const text = line.toString('utf8').trim();
  if (text !== '') yield text;
}

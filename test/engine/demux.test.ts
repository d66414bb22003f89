import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputChunk } from '../../source/engine/engine.ts';
import { demux } from '../../source/engine/http/demux.ts';

function frame(stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

async function* inPieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const cut of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

/** What arrived, neighbouring pieces of one stream joined. */
async function collect(source: AsyncIterable<Buffer>): Promise<[string, string][]> {
  const found: [OutputChunk['stream'], string][] = [];
  for await (const { stream, bytes } of demux(source)) {
    const last = found.at(-1);
    if (last?.[0] === stream) last[1] += bytes.toString('latin1');
    else found.push([stream, bytes.toString('latin1')]);
  }
  return found;
}

describe('demux', () => {
  it('tells stdout from stderr, and takes what the engine itself says for stderr', async () => {
    const bytes = Buffer.concat([
      frame(1, Buffer.from('out')),
      frame(2, Buffer.from('err')),
      frame(3, Buffer.from('!')),
    ]);
    expect(await collect(inPieces(bytes, []))).toEqual([
      ['stdout', 'out'],
      ['stderr', 'err!'],
    ]);
  });

  it('gives the same output however the bytes are cut', async () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.nat(), { maxLength: 30 }), async (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(([stream, payload]) => frame(stream, Buffer.from(payload))));
        const whole = await collect(inPieces(bytes, []));
        expect(await collect(inPieces(bytes, cuts))).toEqual(whole);
        const text = (number: number) => Buffer.concat(sent.filter(([n]) => n === number).map(([, p]) => p));
        const received = (stream: string) => whole.filter(([name]) => name === stream).map(([, t]) => t);
        expect(received('stdout').join('')).toBe(text(1).toString('latin1'));
        expect(received('stderr').join('')).toBe(text(2).toString('latin1'));
      }),
    );
  });

  it('passes a huge frame on before its end has come', async () => {
    const header = frame(1, Buffer.alloc(0));
    header.writeUInt32BE(2 ** 32 - 1, 4);
    async function* endless() {
      yield header;
      yield Buffer.from('the beginning');
      await new Promise(() => {});
    }
    const { value } = await demux(endless()).next();
    expect(value).toEqual({ stream: 'stdout', bytes: Buffer.from('the beginning') });
  });

  it('reports a stream that ends inside a header or a frame as a lost engine', async () => {
    const bytes = frame(1, Buffer.from('cut off'));
    await expect(collect(inPieces(bytes.subarray(0, 5), []))).rejects.toMatchObject({
      code: 'ERR_STREAM_PREMATURE_CLOSE',
    });
    await expect(collect(inPieces(bytes.subarray(0, 10), []))).rejects.toMatchObject({
      code: 'ERR_STREAM_PREMATURE_CLOSE',
    });
  });

  it('refuses what is no such stream', async () => {
    const text = Buffer.from('plain text of a terminal');
    await expect(collect(inPieces(text, []))).rejects.toMatchObject({ name: 'AnswerError' });
  });
});

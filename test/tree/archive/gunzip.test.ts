import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenGzip, gunzip } from '../../../source/tree/archive/gunzip.ts';
import { folderWith } from '../../support/tree.ts';

/** The bytes in pieces of this length. */
function pieces(bytes: Buffer, length = bytes.length): Readable {
  const count = Math.ceil(bytes.length / length);
  return Readable.from(Array.from({ length: count }, (_, at) => bytes.subarray(at * length, (at + 1) * length)));
}

const text = 'line of text\n'.repeat(50_000);

describe('gunzip', () => {
  it('gives the content back, however large and in whatever pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5000 }),
        fc.integer({ min: 1, max: 300 }),
        async (content, length) => {
          expect(await buffer(gunzip(pieces(gzipSync(content), length)))).toEqual(Buffer.from(content));
        },
      ),
      { numRuns: 50 },
    );
    expect((await buffer(gunzip(pieces(gzipSync(text))))).toString()).toBe(text);
  });

  it('reads members one after another, and the header of a file', async () => {
    const folder = folderWith({ 'named.txt': 'one ' });
    const named = execFileSync('gzip', ['-c', 'named.txt'], { cwd: folder });
    expect((await buffer(gunzip(pieces(Buffer.concat([named, gzipSync('two')]), 3)))).toString()).toBe('one two');
  });

  it.each([
    ['text', 'done\n'],
    ['zeros', '\0'.repeat(600)],
    ['what looks like another member', '\x1f\x8b\x08\xff more'],
    ['the first byte of one', '\x1f'],
  ])('ignores %s after the end, in the same piece or another', async (_, after) => {
    const bytes = Buffer.concat([gzipSync(text), Buffer.from(after, 'latin1')]);
    for (const length of [bytes.length, 1000, 7]) {
      expect((await buffer(gunzip(pieces(bytes, length)))).toString()).toBe(text);
    }
  });

  it('refuses one that is cut off anywhere', async () => {
    const whole = gzipSync('content of a file\n'.repeat(10));
    for (let length = 0; length < whole.length; length += 1) {
      await expect(buffer(gunzip(pieces(whole.subarray(0, length), 10))), `${length}`).rejects.toThrow(BrokenGzip);
    }
  });

  it('refuses one with a byte changed, or gives its content', async () => {
    const whole = gzipSync('content');
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      const read = await buffer(gunzip(pieces(changed))).then(String, (error: unknown) => error);
      if (read !== 'content') expect(read, `byte ${at}`).toBeInstanceOf(BrokenGzip);
    }
  });

  it('passes on why its input ended', async () => {
    const failing = new Readable({ read() {} });
    failing.push(gzipSync(text).subarray(0, 100));
    setImmediate(() => failing.destroy(new Error('the engine is gone')));
    await expect(buffer(gunzip(failing))).rejects.toThrow('the engine is gone');
  });
});

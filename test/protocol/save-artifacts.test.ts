import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { isTarHeader, isZeroBlock, savedBy } from '../../source/protocol/save-artifacts.ts';

async function tarOf(name: string, content: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name }, content);
  tar.finalize();
  return buffer(tar);
}

const header = (await tarOf('file', 'text')).subarray(0, 512);
const zeros = new Uint8Array(512);
const text = new TextEncoder().encode('npm warn deprecated\n'.repeat(40)).subarray(0, 512);

/** A block with a checksum of its own. */
function withChecksum(block: Uint8Array, sum: (bytes: Uint8Array) => number): Uint8Array {
  const copy = Uint8Array.from(block);
  copy.fill(0x20, 148, 156);
  copy.set(new TextEncoder().encode(`${sum(copy).toString(8).padStart(6, '0')}\0 `), 148);
  return copy;
}
const unsignedSum = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0);
const signedSum = (bytes: Uint8Array) => new Int8Array(bytes).reduce((sum, byte) => sum + byte, 0);

describe('isTarHeader', () => {
  it('knows the header that a tar library writes', () => {
    expect(isTarHeader(header)).toBe(true);
  });

  it('accepts both ways of summing bytes above 127', () => {
    const block = new Uint8Array(512).fill(0x61, 0, 100).fill(0xe9, 10, 20);
    expect(isTarHeader(withChecksum(block, unsignedSum))).toBe(true);
    expect(isTarHeader(withChecksum(block, signedSum))).toBe(true);
  });

  it('accepts a checksum that is padded with spaces', () => {
    const block = withChecksum(header, unsignedSum);
    const sum = new TextDecoder().decode(block.subarray(148, 154)).replace(/^0+/, '');
    block.set(new TextEncoder().encode(`${sum.padStart(6, ' ')}\0 `), 148);
    expect(isTarHeader(block)).toBe(true);
  });

  it('refuses log text, zeros, a short block and nothing', () => {
    for (const block of [text, zeros, header.subarray(0, 511), new Uint8Array()])
      expect(isTarHeader(block)).toBe(false);
  });

  it('refuses bytes that sum to nothing where they are signed', () => {
    const block = withChecksum(new Uint8Array(512).fill(0x80, 0, 2), signedSum);
    expect(new TextDecoder().decode(block.subarray(148, 154))).toBe('000000');
    expect(isTarHeader(block)).toBe(false);
  });

  it.each(['x00777\0 ', '00777x\0 ', '        '])('refuses %j as a checksum', (field) => {
    const sum = withChecksum(header, unsignedSum);
    sum.set(new TextEncoder().encode(field), 148);
    expect(isTarHeader(sum)).toBe(false);
  });

  it('accepts any block with its right checksum, and no longer when one byte has changed', () => {
    const ascii = fc.uint8Array({ minLength: 512, maxLength: 512, max: 127 });
    fc.assert(
      fc.property(ascii, fc.nat(147), fc.integer({ min: 1, max: 127 }), (bytes, at, change) => {
        const block = withChecksum(bytes, unsignedSum);
        expect(isTarHeader(block)).toBe(true);
        block[at] = ((block[at] ?? 0) + change) % 128;
        expect(isTarHeader(block)).toBe(false);
      }),
    );
  });
});

describe('isZeroBlock', () => {
  it('wants a whole block of zeros', () => {
    expect(isZeroBlock(zeros)).toBe(true);
    expect(isZeroBlock(zeros.subarray(0, 511))).toBe(false);
    expect(isZeroBlock(header)).toBe(false);
  });
});

describe('savedBy', () => {
  it.each([
    ['a failed script, whatever it printed', 1, 'archive', false, 'failed'],
    ['a tar on stdout', 0, 'archive', true, 'stream'],
    ['a tar on stdout, even when the folder has files', 0, 'archive', false, 'stream'],
    ['an archive of zeros', 0, 'empty-archive', true, 'empty-archive'],
    ['an archive of zeros, even when the folder has files', 0, 'empty-archive', false, 'empty-archive'],
    ['log text and files in the folder', 0, 'text', false, 'folder'],
    ['files in the folder, whatever else was printed', 0, 'late-archive', false, 'folder'],
    ['an archive after text', 0, 'late-archive', true, 'late-archive'],
    ['an archive that nobody reads', 0, 'unknown-archive', true, 'unknown-archive'],
    ['log text only, or nothing at all', 0, 'text', true, 'nothing'],
  ] as const)('tells %s', (_, exitCode, printed, folderEmpty, result) => {
    expect(savedBy({ exitCode, printed, folderEmpty })).toBe(result);
  });
});

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArchiveFinder } from '../../source/protocol/archive-finder.ts';
import { endBlocks, rawEntry } from '../support/raw-tar.ts';

const tar = Buffer.concat([rawEntry({ name: 'dep/file' }, 'in the archive'), endBlocks]);
const archives: readonly (readonly [string, Buffer])[] = [
  ['tar', tar],
  ['tar', rawEntry({ name: 'old', magic: '' }, 'in the archive')],
  ['tar', endBlocks],
  ['gzip', gzipSync(tar)],
  ['gzip', gzipSync('')],
  ['xz', Buffer.from('fd377a585a000004e6d6b446', 'hex')],
  ['zstd', Buffer.from('28b52ffd2000010000', 'hex')],
  ['bzip2', Buffer.from('BZh61AY&SY\xff\xff', 'latin1')],
  ['zip', Buffer.from('PK\x03\x04\x14\0\0\0', 'latin1')],
];

/** What a finder makes of these bytes when they come in pieces of these lengths, again and again. */
function find(bytes: Buffer, lengths: readonly number[] = [bytes.length]) {
  const finder = new ArchiveFinder();
  const text: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length && finder.found === undefined; turn += 1) {
    const end = at + (lengths[turn % lengths.length] ?? 1);
    text.push(finder.push(bytes.subarray(at, end)));
    at = end;
  }
  if (finder.found === undefined) text.push(finder.end());
  const { format, isFirst } = finder.found ?? {};
  return { text: Buffer.concat(text).toString(), format, isFirst };
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2000 }),
  fc
    .array(fc.constantFrom('0', '7', ' ', '\n', 'npm warn ', '0000644 0000000\n'), { minLength: 1 })
    .map((parts) => parts.join('')),
);
const isText = (value: string) => !value.includes('\0');
const lengths = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 5 });

describe('ArchiveFinder', () => {
  it.each(archives)('finds %s at the start', (format, archive) => {
    expect(find(archive)).toEqual({ text: '', format, isFirst: true });
  });

  it('gives out all of a text, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(text.filter(isText), lengths, (words, pieces) => {
        expect(find(Buffer.from(words), pieces)).toEqual({ text: words, format: undefined, isFirst: undefined });
      }),
    );
  });

  it('gives out all text before an archive and no byte of the archive, in whatever pieces they come', () => {
    fc.assert(
      fc.property(text.filter(isText), fc.constantFrom(...archives), lengths, (words, [format, archive], pieces) => {
        expect(find(Buffer.concat([Buffer.from(words), archive]), pieces)).toEqual({
          text: words,
          format,
          isFirst: false,
        });
      }),
      { numRuns: 500 },
    );
  });

  it('holds back less than a block', () => {
    const finder = new ArchiveFinder();
    let [pushed, given] = [0, 0];
    for (let turn = 0; turn < 1000; turn += 1) {
      const line = Buffer.from(`line ${turn}\n`);
      pushed += line.length;
      given += finder.push(line).length;
      expect(pushed - given).toBeLessThan(512);
    }
  });

  it('takes binary bytes that are no archive for log text', () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7 + (at >> 5)) % 256));
    const finder = new ArchiveFinder();
    expect(Buffer.concat([finder.push(bytes), finder.end()])).toEqual(bytes);
    expect(finder.found).toBeUndefined();
  });
});

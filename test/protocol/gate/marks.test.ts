import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarkScanner, type Scanned } from '../../../source/protocol/gate/marks.ts';

const nonce = 'a1b2c3';

function scan(pieces: readonly Uint8Array[]): { data: string; marks: string[] } {
  const scanner = new MarkScanner(nonce);
  const found: Scanned[] = [...pieces.flatMap((piece) => scanner.push(piece)), { data: scanner.flush() }];
  return {
    data: found.map((one) => ('data' in one ? Buffer.from(one.data).toString('latin1') : '')).join(''),
    marks: found.flatMap((one) => ('mark' in one ? [one.mark] : [])),
  };
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index] ?? 0, end));
}

describe('MarkScanner', () => {
  it('separates marks from output, also when the output before them has no newline', () => {
    expect(scan([Buffer.from(`hello@@${nonce}:end:0@@\nrest`)])).toEqual({ data: 'hellorest', marks: ['end:0'] });
  });

  it('passes on marks that carry another nonce', () => {
    const text = '@@ffffff:end:0@@\n';
    expect(scan([Buffer.from(text)])).toEqual({ data: text, marks: [] });
  });

  it('finds the same output and marks however the stream is cut into pieces', () => {
    const noise = fc.oneof(
      fc.constantFrom('@', '@@', `@@${nonce}`, '\n', '@@\n', 'x', '\0\xff'),
      fc.string({ maxLength: 5 }),
    );
    const mark = fc.constantFrom('ready:0:0', 'end', 'end:3:1:0', 'entry:/tmp/a:b');
    const part = fc.oneof(
      noise.map((text) => ({ text, isMark: false })),
      mark.map((text) => ({ text, isMark: true })),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), fc.array(fc.nat(500), { maxLength: 12 }), (parts, cuts) => {
        const wire = parts.map(({ text, isMark }) => (isMark ? `@@${nonce}:${text}@@\n` : text)).join('');
        const bytes = Buffer.from(wire, 'utf8');
        expect(scan(split(bytes, cuts))).toEqual(scan([bytes]));
      }),
    );
  });

  it('loses no byte of output that only resembles a mark', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('@', nonce, ':', '\n', 'a'), { maxLength: 30 }),
        fc.array(fc.nat(99)),
        (parts, cuts) => {
          const text = parts.join('');
          fc.pre(!new RegExp(`@@${nonce}:[^]*?@@\n`).test(text));
          expect(scan(split(Buffer.from(text), cuts))).toEqual({ data: text, marks: [] });
        },
      ),
    );
  });

  it('gives up on a mark that never ends, so that its memory stays bounded', () => {
    const text = `@@${nonce}:${'x'.repeat(20_000)}`;
    expect(scan(split(Buffer.from(text), [5_000, 10_000, 15_000])).data).toBe(text);
  });

  it('passes on at once what can be no mark, and holds back only what may begin one', () => {
    const scanner = new MarkScanner(nonce);
    const dataOf = (text: string) =>
      scanner.push(Buffer.from(text)).map((one) => ('data' in one ? Buffer.from(one.data).toString() : one));
    expect(dataOf('hello')).toEqual(['hello']);
    expect(dataOf('hello@')).toEqual(['hello']);
    expect(dataOf('x@@a1b2c3')).toEqual(['@x']);
    expect(dataOf(':end:0@@\n')).toEqual([{ mark: 'end:0' }]);
    expect(dataOf('')).toEqual([]);
    expect(scanner.flush()).toHaveLength(0);
  });

  it('holds a mark of 8 KiB back, and passes a longer one on', () => {
    const start = `@@${nonce}:`;
    const longest = start + 'x'.repeat(8192 - start.length);
    expect(new MarkScanner(nonce).push(Buffer.from(longest))).toEqual([]);
    expect(new MarkScanner(nonce).push(Buffer.from(`${longest}x`))).not.toEqual([]);
  });
});

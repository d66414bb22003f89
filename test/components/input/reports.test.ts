import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReportReader, type Report } from '../../../components/input/reports.ts';

const all: readonly (readonly [string, Report | undefined])[] = [
  ['\x1b[<0;12;3M', { kind: 'press', row: 2, column: 11 }],
  ['\x1b[<0;12;3m', undefined],
  ['\x1b[<64;1;1M', { kind: 'wheel-up', row: 0, column: 0 }],
  ['\x1b[<81;200;90M', { kind: 'wheel-down', row: 89, column: 199 }],
  ['\x1b[<2;5;5M', undefined],
  ['\x1b[I', { kind: 'focus', isFocused: true }],
  ['\x1b[O', { kind: 'focus', isFocused: false }],
  ['\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\', { kind: 'ground', ground: 'dark' }],
  ['\x1b]11;rgb:ff/ff/f0\x07', { kind: 'ground', ground: 'light' }],
  ['\x1b]11;nonsense\x07', undefined],
  ['\x1b[200~rm -rf\nq\x1b[201~', { kind: 'paste', text: 'rm -rf\nq' }],
];

describe('what a terminal reports', () => {
  it.each(all)('%j is taken out of the keys', (text, report) => {
    const read = createReportReader()(`a${text}b`);
    expect(read.keys).toBe('ab');
    expect(read.reports).toEqual(report === undefined ? [] : [report]);
  });

  it('is the same however it comes in pieces, and no key is lost', () => {
    const typed = fc.constantFrom('q', 'ü', '\x1b[A', '\x1b[5~', '\r', ' ').map((text) => [text, undefined] as const);
    const pieces = fc.array(fc.oneof(typed, fc.constantFrom(...all)), { maxLength: 8 });
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(60), { maxLength: 6 }), (items, cuts) => {
        const text = items.map(([part]) => part).join('');
        // A terminal sends its introducer in one piece; Escape alone is a key.
        const places = [...new Set(cuts)]
          .filter((at) => at < text.length && !/\x1b\[?$/.test(text.slice(0, at)))
          .sort((a, b) => a - b);
        const read = createReportReader();
        const parts = [0, ...places].map((from, index) => read(text.slice(from, places[index])));
        const whole = createReportReader()(text);
        expect(parts.map(({ keys }) => keys).join('')).toBe(whole.keys);
        expect(parts.flatMap(({ reports }) => reports)).toEqual(whole.reports);
        expect(whole.reports).toEqual(items.flatMap(([, report]) => report ?? []));
      }),
    );
  });

  it('never holds more than a bounded piece back', () => {
    const read = createReportReader();
    read('\x1b[200~');
    for (let time = 0; time < 10; time++) read('x'.repeat(20_000));
    expect(read('q').keys.endsWith('q')).toBe(true);
  });
});

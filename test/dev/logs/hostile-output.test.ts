import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReporter } from '../../../source/build/reporter.ts';
import { LogBuffer } from '../../../source/dev/logs/log-buffer.ts';
import { Secrets } from '../../../source/protocol/secrets.ts';
import { append } from '../../support/pieces.ts';

const megabyte = 1024 * 1024;
const open = (bytes = 32 * megabyte) => new LogBuffer({ bytes });

function add(log: LogBuffer, text: string, { build = 1, stream = 'stdout' } = {}) {
  append(log, { text, source: 'app', build, stream, at: 0 });
}

const texts = (log: LogBuffer) =>
  Array.from({ length: log.end - log.first }, (_none, index) => log.line(log.first + index)?.text ?? '');

/** The log of what came as these bytes, in pieces of this size. */
async function logOf(bytes: Buffer, size: number): Promise<LogBuffer> {
  const log = open();
  const reporter = createReporter((event) => {
    if (event.type === 'log') log.append({ ...event, source: 'app', build: 1 });
  }, new Secrets());
  const output = reporter.output('run');
  for (let at = 0; at < bytes.length; at += size) await output.sink('stdout', bytes.subarray(at, at + size));
  await output.end();
  return log;
}

describe('the ring', () => {
  it.each([
    ['at once', 50 * megabyte],
    ['in pieces', 4096],
  ])('stays within its bytes with one line of 50 MB that comes %s', (_how, size) => {
    const log = open(4 * megabyte);
    const piece = 'x'.repeat(size);
    for (let sent = 0; sent < 50 * megabyte; sent += size) add(log, piece);
    expect(log.bytes).toBeLessThanOrEqual(4 * megabyte);
    expect(log.first).toBeGreaterThan(0);
    const all = texts(log);
    expect(new Set(all.slice(0, -1).map(({ length }) => length))).toEqual(new Set([64 * 1024]));
    expect(all.at(-1)?.length).toBeLessThanOrEqual(64 * 1024);
  });

  it('stays within its bytes with millions of empty lines', () => {
    const log = open(megabyte);
    const piece = '\n'.repeat(10_000);
    for (let time = 0; time < 300; time++) add(log, piece);
    expect(log.end).toBe(3_000_000);
    expect(log.bytes).toBeLessThanOrEqual(megabyte);
    expect(log.end - log.first).toBeGreaterThan(10_000);
  });

  it('stays within its bytes with lines of every length, and has the last ones whole', () => {
    const lengths = fc.array(fc.constantFrom(0, 1, 80, 5_000, 70_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(lengths, fc.constantFrom(300_000, 2 * megabyte), (wanted, bytes) => {
        const log = open(bytes);
        for (const length of wanted) add(log, `${'é'.repeat(length)}\n`);
        expect(log.bytes).toBeLessThanOrEqual(bytes);
        expect(texts(log).at(-1)).toBe('é'.repeat((wanted.at(-1) ?? 0) % (64 * 1024)));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a line that is too long', () => {
  it('is cut between characters and never within the sequence of a colour', () => {
    const line = fc.array(fc.constantFrom('x', '🚀', '\x1b[38;2;10;20;30m', '\x1b[0m'), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(line, (parts) => {
        const log = open();
        const whole = parts.join('').repeat(40_000).slice(0, 140_000);
        const sent = whole.replace(/\x1b[^m]*$/, '').replace(/[\ud800-\udbff]$/, '');
        add(log, `${sent}\n`);
        const pieces = texts(log);
        const plain = pieces.map((piece) => piece.replace(/\x1b\[[\d;]*m/g, ''));
        expect(plain.join('')).toBe(sent.replace(/\x1b\[[\d;]*m/g, ''));
        expect(plain.join('')).not.toContain('\x1b');
      }),
      { numRuns: 30, examples: [[['🚀', 'x']]] },
    );
  });
});

describe('output that is no text', () => {
  const bytes = Buffer.concat([
    Buffer.from('caf\u00e9 漢 🚀\r\n'),
    Buffer.from([0, 0x61, 0, 0x62, 0x0a]),
    Buffer.from([0xff, 0xfe, 0x63, 0xe6, 0xbc, 0x0a]),
    Buffer.from('\x1b[2J\x1b]0;title\x07\x1b[10;10Hend\x1b[31'),
  ]);
  const expected = ['café 漢 🚀', 'ab', '\ufffd\ufffdc\ufffd', 'end'];

  it.each([1, 2, 3, 5, 1000])('makes the same lines in pieces of %i bytes', async (size) => {
    expect(texts(await logOf(bytes, size))).toEqual(expected);
  });
});

describe('a progress bar', () => {
  it('is its last state, wherever the pieces are cut', () => {
    const step = fc.constantFrom('10%', '50%', '\x1b[32m', 'done');
    const bar = fc.array(fc.tuple(step, fc.constantFrom('\r', '\r\r', '\r\n', '\n')), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(bar, fc.integer({ min: 1, max: 6 }), (parts, size) => {
        const all = parts.flat().join('');
        const [whole, cut] = [open(), open()];
        add(whole, all);
        for (const piece of all.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []) add(cut, piece);
        expect(texts(cut)).toEqual(texts(whole));
        expect(texts(whole).join('')).not.toContain('\r');
      }),
    );
  });

  it('takes no memory for the states that it had', () => {
    const log = open();
    for (let percent = 0; percent < 100_000; percent++) add(log, `\r\x1b[32m${percent}%`);
    expect(texts(log)).toEqual(['\x1b[32m99999%']);
    expect(log.bytes).toBe(0);
  });

  it('stays when only a return and a colour follow it', () => {
    const log = open();
    add(log, '100%\r\x1b[0m\n');
    expect(texts(log)).toEqual(['100%\x1b[0m']);
  });
});

it('gives a build neither the colour nor the half sequence of the one before', () => {
  const log = open();
  add(log, '\x1b[31mred\nmore\x1b[3');
  add(log, '1m is plain\n', { build: 2 });
  expect(texts(log)).toEqual(['\x1b[31mred', '\x1b[31mmore', '1m is plain']);
});

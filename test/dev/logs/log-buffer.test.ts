import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogBuffer } from '../../../source/dev/logs/log-buffer.ts';
import { type LogSource, logSources } from '../../../source/dev/logs/log-line.ts';
import { append, everyLine } from '../../support/pieces.ts';

const open = (bytes?: number) => new LogBuffer({ ...(bytes !== undefined && { bytes }) });

function add(log: LogBuffer, text: string, { source = 'app', build = 1, stream = 'stdout' as string, at = 5 } = {}) {
  append(log, { text, source: source === 'app' ? 'app' : 'assemble', build, stream, at });
}

const texts = (log: LogBuffer) =>
  Array.from({ length: log.end - log.first }, (_none, index) => log.line(log.first + index)?.text);

describe('LogBuffer', () => {
  it('makes lines of pieces, and shows the unfinished one', () => {
    const log = open();
    add(log, 'one\ntw');
    add(log, 'o\nthr');
    expect(texts(log)).toEqual(['one', 'two', 'thr']);
    add(log, 'ee\n');
    expect(texts(log)).toEqual(['one', 'two', 'three']);
  });

  it('keeps of a progress bar its last state', () => {
    const log = open();
    add(log, ' 10%\r 50%\r');
    expect(texts(log)).toEqual([' 50%']);
    add(log, '100%\ndone\n');
    expect(texts(log)).toEqual(['100%', 'done']);
  });

  it('keeps the lines of two streams apart', () => {
    const log = open();
    add(log, 'out');
    add(log, 'err\n', { stream: 'stderr' });
    add(log, 'put\n');
    expect(texts(log)).toEqual(['err', 'output']);
  });

  it('lets colours through and nothing that moves the cursor or clears the screen', () => {
    const log = open();
    add(log, '\x1b[31mred\x1b[0m\x1b[2J\x1b[5;5H\x1b]0;title\x07!\n');
    expect(texts(log)).toEqual(['\x1b[31mred\x1b[0m!']);
  });

  it('cuts an endless line into pieces instead of keeping it', () => {
    const log = open();
    add(log, 'x'.repeat(200_000));
    expect(log.end).toBeGreaterThan(1);
    expect(log.line(0)?.text.length).toBeLessThanOrEqual(65_536);
  });

  it('forgets the oldest lines and stays within its bytes', () => {
    const log = open(100_000);
    for (let line = 0; line < 20_000; line++) add(log, `line ${line}\n`);
    expect(log.bytes).toBeLessThanOrEqual(100_000);
    expect(log.first).toBeGreaterThan(0);
    expect(log.line(log.first - 1)).toBeUndefined();
    expect(log.line(log.end - 1)?.text).toBe('line 19999');
    expect(log.line(log.first)?.text).toBe(`line ${log.first}`);
  });

  it('holds a million short lines in its usual size', () => {
    const log = open();
    const piece = Array.from({ length: 1000 }, (_none, line) => `line ${line} ok\n`).join('');
    for (let time = 0; time < 1000; time++) add(log, piece);
    expect(log.end - log.first).toBe(1_000_000);
    expect(log.bytes).toBeLessThanOrEqual(32 * 1024 * 1024);
  });

  it('says of each line when, whose and of which build it is', () => {
    const log = open();
    add(log, 'a\n', { source: 'assemble', build: 3, at: 7 });
    expect(log.line(0)).toEqual({ text: 'a', source: 'assemble', build: 3, at: 7 });
  });

  it('finds the lines of a source and a build forwards and backwards, as looking at each line would', () => {
    const piece = fc.record({
      source: fc.constantFrom<LogSource>(...logSources),
      build: fc.integer({ min: 1, max: 3 }),
      text: fc.constantFrom('a\n', 'b\nc\n', 'open', '\n'),
    });
    const filters = fc.record({
      sources: fc.subarray([...logSources]),
      build: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        filters,
        fc.integer({ min: -2, max: 90 }),
        (pieces, wanted, at) => {
          const log = open(2_000);
          for (const each of pieces) append(log, { ...each, stream: 'stdout', at: 0 });
          const filter = { sources: wanted.sources, ...(wanted.build !== undefined && { build: wanted.build }) };
          const numbers = Array.from({ length: log.end - log.first }, (_none, index) => log.first + index);
          const passing = numbers.filter((number) => {
            const line = log.line(number);
            if (line === undefined) throw new Error(`no line ${number}`);
            return filter.sources.includes(line.source) && (wanted.build ?? line.build) === line.build;
          });
          expect(log.next(at, filter)).toBe(passing.find((number) => number >= at));
          expect(log.previous(at, filter)).toBe(passing.findLast((number) => number <= at));
          expect(log.count(filter)).toBe(passing.length);
          expect(log.count(filter, at, log.end)).toBe(passing.filter((number) => number >= at).length);
        },
      ),
    );
  });

  it('is empty to begin with', () => {
    expect(open().next(0, everyLine)).toBeUndefined();
    expect(open().previous(0, everyLine)).toBeUndefined();
  });
});

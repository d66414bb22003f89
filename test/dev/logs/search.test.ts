import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikeError } from '../../../source/dev/logs/error-lines.ts';
import { findLine } from '../../../source/dev/logs/find-line.ts';
import { LogBuffer } from '../../../source/dev/logs/log-buffer.ts';
import { logSources } from '../../../source/dev/logs/log-line.ts';
import { filterTest, LogSearch, queryTest } from '../../../source/dev/logs/search.ts';
import { append, everyLine } from '../../support/pieces.ts';

function logOf(lines: readonly string[]): LogBuffer {
  const log = new LogBuffer();
  for (const text of lines) append(log, { text: `${text}\n`, source: 'app', stream: 'stdout', build: 1, at: 0 });
  return log;
}

describe('LogSearch', () => {
  it('finds every line that has the words, in any case, through colours, and with no sign read as a pattern', () => {
    const log = logOf(['a.b', 'A.B', 'a\x1b[31m.b', 'axb', '']);
    const search = new LogSearch(log, queryTest('a.b'), everyLine);
    search.step(() => false);
    expect(search.found).toEqual([0, 1, 2]);
  });

  it('stops when it is told to and goes on where it stopped', () => {
    const log = logOf(Array.from({ length: 5000 }, () => 'hit'));
    const search = new LogSearch(log, queryTest('hit'), everyLine);
    search.step(() => true);
    expect(search.done).toBe(false);
    expect(search.found.length).toBeLessThan(5000);
    while (!search.done) search.step(() => true);
    expect(search.found.length).toBe(5000);
  });

  it('goes on with lines that came later', () => {
    const log = logOf(['hit']);
    const search = new LogSearch(log, queryTest('hit'), everyLine);
    search.step(() => false);
    append(log, { text: 'a hit\n', source: 'app', stream: 'stdout', build: 1, at: 0 });
    expect(search.done).toBe(false);
    search.step(() => false);
    expect(search.found).toEqual([0, 1]);
  });

  it('looks again at a line that was not finished, for as long as it is not', () => {
    const log = logOf(['hit']);
    const search = new LogSearch(log, queryTest('hit'), everyLine);
    const found = (text: string) => {
      append(log, { text, source: 'app', stream: 'stdout', build: 1, at: 0 });
      expect(search.done).toBe(false);
      search.step(() => false);
      expect(search.done).toBe(true);
      return search.found;
    };
    expect(found('a h')).toEqual([0]);
    expect(found('it')).toEqual([0, 1]);
    expect(found('\rover')).toEqual([0]);
    expect(found('\ra hit')).toEqual([0, 1]);
    expect(found('s\n')).toEqual([0, 1]);
  });

  it('finds what looking at every line would, whatever comes meanwhile and wherever it stops', () => {
    const piece = fc.record({
      source: fc.constantFrom(...logSources),
      text: fc.constantFrom('hit\n', 'no\n', 'h', 'it', '\r', '\n', 'no\nhit\n'.repeat(700), 'x'.repeat(9_000)),
    });
    const filter = fc.subarray([...logSources], { minLength: 1 }).map((sources) => ({ sources }));
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.boolean()), { maxLength: 30 }), filter, (pieces, wanted) => {
        const log = new LogBuffer({ bytes: 100_000 });
        const search = new LogSearch(log, queryTest('HIT'), wanted);
        for (const [{ source, text }, looks] of pieces) {
          append(log, { text, source, stream: 'stdout', build: 1, at: 0 });
          if (looks) search.step(() => true);
        }
        while (!search.done) search.step(() => true);
        const hits: number[] = [];
        for (let line = log.next(log.first, wanted); line !== undefined; line = log.next(line + 1, wanted)) {
          if (log.line(line)?.text.includes('hit')) hits.push(line);
        }
        expect(search.found).toEqual(hits);
      }),
    );
  });

  it('goes through all hits and round again, and back the same way', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), fc.nat(50), (hits, from) => {
        const search = new LogSearch(logOf(hits.map((hit) => (hit ? 'hit' : 'no'))), queryTest('hit'), everyLine);
        search.step(() => false);
        const lines = hits.flatMap((hit, line) => (hit ? [line] : []));
        expect(search.nearest(from, 1)).toBe(lines.find((line) => line > from) ?? lines[0]);
        expect(search.nearest(from, -1)).toBe(lines.findLast((line) => line < from) ?? lines.at(-1));
        for (const [index, line] of lines.entries()) expect(search.position(line)).toBe(index + 1);
      }),
    );
  });
});

describe('findLine', () => {
  const pause = async () => {};
  const log = logOf(['error one', 'fine', 'error two', 'fine']);

  it.each([
    [-1, 0],
    [0, 2],
    [2, 0],
    [99, 0],
  ])('from line %i finds line %i, beyond the end the first again', async (from, found) => {
    const { signal } = new AbortController();
    expect(await findLine(log, looksLikeError, { from, filter: everyLine, pause }, signal)).toBe(found);
  });

  it('finds nothing where nothing is, and nothing once it is cancelled', async () => {
    const where = { from: -1, filter: everyLine, pause };
    expect(await findLine(log, () => false, where, new AbortController().signal)).toBeUndefined();
    expect(await findLine(log, (text) => text === 'error two', where, AbortSignal.abort())).toBeUndefined();
  });
});

describe('looksLikeError', () => {
  it.each([
    'src/app.js:12: error: unexpected token',
    'npm ERR! code 1',
    'TypeError: x is not a function',
    'panic: runtime error',
    'Traceback (most recent call last):',
    'sh: foo: not found',
    'connect ECONNREFUSED 127.0.0.1:5432',
    '\x1b[31mFAILED\x1b[0m tests/a.py',
    'java.lang.NullPointerException',
  ])('%s does', (line) => expect(looksLikeError(line)).toBe(true));

  it.each(['0 errors', 'compiled with no errors', 'errors: 0', 'added error-stack-parser', 'GET /style.css 200', ''])(
    '"%s" does not',
    (line) => expect(looksLikeError(line)).toBe(false),
  );
});

describe('what was typed', () => {
  it.each([
    ['a.b', ['a.b', 'A.B'], ['axb']],
    ['/a.b/', ['a.b', 'axb'], ['ab']],
    ['/^get .* 5\\d\\d/', ['GET / 503'], ['GET / 200']],
    ['/[/', [], ['[', '/[/']],
    ['/', ['a/b'], ['ab']],
  ])('%s finds some lines and others not', (query, hits, others) => {
    for (const line of hits) expect(queryTest(query)(line)).toBe(true);
    for (const line of others) expect(queryTest(query)(line)).toBe(false);
  });

  it('means the other lines of a filter when it begins with !', () => {
    expect(filterTest('!get')('GET /')).toBe(false);
    expect(filterTest('!get')('POST /')).toBe(true);
    expect(filterTest('get')('GET /')).toBe(true);
  });
});

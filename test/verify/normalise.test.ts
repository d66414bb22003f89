import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise, normaliseLines, normalisePath } from '../../source/verify/normalise.ts';

describe('a line without what differs from run to run', () => {
  it.each([
    ['2026-11-29T18:00:00.123Z started', '(time) started'],
    ['[2026-11-29 18:00:00,123 +0000] started', '[(time)] started'],
    ['2026/11/29 18:00:00 started', '(time) started'],
    ['Fri, 28 Nov 2026 18:00:00 GMT', '(time)'],
    ['Sun Nov 29 19:10:40 UTC 2026', '(time)'],
    ['Nov  9 18:00:00 host app', '(time) host app'],
    ['-rw-r--r-- 1 1001 1001 16 Nov 29 19:05 index.html', '-rw-r--r-- 1 1001 1001 16 (time) index.html'],
    ['[28/Nov/2026:18:00:00 +0000] "GET /"', '[(time)] "GET /"'],
    ['at 18:00:01', 'at (time)'],
    ['{"time":1764439200123}', '{"time":(time)}'],
    ['ready in 123ms', 'ready in (duration)'],
    ['took 0.25 seconds', 'took (duration)'],
    ['request 7f3d2c1b-0000-4000-8000-000000000001', 'request (id)'],
    ['container 4f2a9c01d3e7', 'container (id)'],
    ['Booting worker with pid: 17', 'Booting worker with pid: (pid)'],
    ['[17] [INFO] ready', '[(pid)] [INFO] ready'],
    ['wrote /tmp/tmp8xq1z/out.log', 'wrote /tmp/(temporary)/out.log'],
    ['from 172.17.0.2:41812', 'from (address):(port)'],
    ['\u001b[32mready\u001b[0m', 'ready'],
  ])('%s → %s', (line, expected) => {
    expect(normalise(line)).toBe(expected);
  });

  it.each([
    'listening on 8080',
    'port 3000',
    'http://0.0.0.0:8080/',
    'version 1.2.3',
    'exit code 137',
    'a decade of facades',
  ])('keeps %s', (line) => expect(normalise(line)).toBe(line));

  it('is left as it is the second time', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '2026-11-29',
        ' ',
        '18:00:00',
        '12ms',
        ':',
        '41812',
        '/tmp/',
        '[7]',
        'pid',
        '1764439200',
        'Nov 29',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const once = normalise(pieces.join(' '));
        expect(normalise(once)).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes time that grows with its length only', () => {
    for (const unit of ['1', '2026-', 'Nov ', ':1', '/tmp/', 'a1', '[1']) {
      const started = performance.now();
      normalise(unit.repeat(50_000));
      expect(performance.now() - started).toBeLessThan(2_000);
    }
  });
});

it('lines of a text are without the empty one behind its end', () => {
  expect(normaliseLines('a\n\nb  \n')).toEqual(['a', '', 'b']);
  expect(normaliseLines('')).toEqual([]);
});

it('a path is without the times in the names of its files', () => {
  expect(normalisePath('/app/_logs/2026-11-29T19_10_40_123Z-debug-0.log')).toBe('/app/_logs/(time)-debug-0.log');
  expect(normalisePath('/tmp/app/v1')).toBe('/tmp/app/v1');
});

import { expect, it } from 'vitest';
import { describeRequest } from '../../../source/dev/state/requests.ts';

const request = {
  at: 0,
  method: 'GET',
  path: '/style.css',
  status: 200,
  ms: 1,
  waitedMs: 0,
  bytes: 4_000,
  version: 1,
  fields: [],
  answerFields: [],
};

it.each([
  ['in columns', {}, 'GET  /style.css           200    1 ms  4.0 kB'],
  [
    'as long as it is',
    { method: 'DELETE', path: `/${'x'.repeat(30)}` },
    `DELETE /${'x'.repeat(30)} 200    1 ms  4.0 kB`,
  ],
  [
    'with the time that it waited',
    { ms: 900, waitedMs: 10 },
    'GET  /style.css           200  900 ms  4.0 kB  waited 10 ms',
  ],
  ['without a wait that nobody feels', { waitedMs: 9 }, 'GET  /style.css           200    1 ms  4.0 kB'],
  [
    'with who answered, if sti did',
    { status: 403, version: null },
    'GET  /style.css           403    1 ms  4.0 kB  answered by sti',
  ],
  [
    'without a status, broken off',
    { status: null, version: null },
    'GET  /style.css           ---    1 ms  4.0 kB  broken off',
  ],
])('a request is a line: %s', (_, differing, line) => {
  expect(describeRequest({ ...request, ...differing })).toBe(line);
});

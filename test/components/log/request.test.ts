import { expect, it } from 'vitest';
import { fitRequest } from '../../../components/log/request.ts';

const line = 'GET  /shop/teas/far.html   200    7 ms   451 B';

it.each([
  [46, line],
  [43, 'GET  /shop/teas/far.html  200  7 ms  451 B'],
  [36, 'GET  …teas/far.html  200  7 ms  451 B'.replace('teas', 'eas')],
])('a request in %i columns keeps what it was answered with', (columns, expected) => {
  expect(fitRequest(line, columns, '…')).toBe(expected);
});

it('a request is cut where there is no room for its path', () => {
  expect(fitRequest(line, 20, '…')).toHaveLength(20);
});

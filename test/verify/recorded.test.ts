import { describe, expect, it } from 'vitest';
import { parseRecorded } from '../../source/verify/recorded.ts';

const event = (fields: object) => JSON.stringify({ type: 'request', at: 1, status: 200, ms: 2, ...fields });

describe('a recording of sti dev', () => {
  it('has each request once, in the order of the first', () => {
    const lines = [
      JSON.stringify({ type: 'dev-started', at: 0 }),
      event({ method: 'GET', path: '/' }),
      event({ method: 'POST', path: '/login?next=/' }),
      '',
      event({ method: 'GET', path: '/' }),
    ];
    expect(parseRecorded(lines.join('\r\n'), 'file')).toEqual([
      { method: 'GET', path: '/' },
      { method: 'POST', path: '/login?next=/' },
    ]);
  });

  it.each<[string, string, string]>([
    ['no JSON', 'GET /', 'rec, line 1, is not a JSON object'],
    ['a list', '[]', 'rec, line 1, is not a JSON object'],
    ['a request without a path', event({ method: 'GET' }), 'rec, line 1, is a request without a method and a path'],
    [
      'a path that breaks a line',
      event({ method: 'GET', path: '/\r\nHost: x' }),
      'rec, line 1, is a request without a method and a path',
    ],
    [
      'a path that is a URL',
      event({ method: 'GET', path: 'http://elsewhere/' }),
      'rec, line 1, is a request without a method and a path',
    ],
    ['a tunnel', event({ method: 'CONNECT', path: '/' }), 'rec, line 1, is a request without a method and a path'],
    ['nothing', '', 'rec has no request in it'],
    [
      'too much',
      Array.from({ length: 1_001 }, (_, id) => event({ method: 'GET', path: `/${id}` })).join('\n'),
      'rec has more than 1000 different requests',
    ],
  ])('that is %s is refused', (_name, text, message) => {
    expect(() => parseRecorded(text, 'rec')).toThrow(expect.objectContaining({ code: 'usage', message }));
  });
});

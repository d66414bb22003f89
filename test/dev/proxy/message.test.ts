import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Message, newRequest, readMessage, responseTo } from '../../../source/dev/proxy/message.ts';

const get: Message = { ...newRequest, method: 'GET' };

/** Reads the pieces one after the other, as a connection does. */
function readAll(start: Message, pieces: readonly Buffer[]): { message: Message; taken: number } {
  let message = start;
  let taken = 0;
  for (const piece of pieces) {
    const read = readMessage(message, piece);
    message = read.message;
    taken += read.taken;
  }
  return { message, taken };
}

function read(start: Message, text: string) {
  const { message, taken } = readAll(start, [Buffer.from(text, 'latin1')]);
  return { in: message.place.in, rest: text.slice(taken), persistent: message.persistent, method: message.method };
}

const request = (...lines: string[]) => read(newRequest, lines.join('\r\n'));
const response = (method: string, ...lines: string[]) =>
  read(responseTo({ ...newRequest, method }), lines.join('\r\n'));

describe('readMessage of a request', () => {
  it.each([
    ['without a body', ['GET / HTTP/1.1', 'Host: a', '', 'NEXT'], { in: 'end', rest: 'NEXT', persistent: true }],
    ['with a length', ['POST / HTTP/1.1', 'content-LENGTH: 3', '', 'abcNEXT'], { in: 'end', rest: 'NEXT' }],
    ['with a length of 0', ['POST / HTTP/1.1', 'Content-Length: 0', '', 'NEXT'], { in: 'end', rest: 'NEXT' }],
    ['with a part of its body', ['PUT / HTTP/1.1', 'Content-Length: 9', '', 'abc'], { in: 'body', rest: '' }],
    [
      'in chunks, with an extension and a trailer',
      ['POST / HTTP/1.1', 'Transfer-Encoding: gzip, Chunked', '', 'A;x=y', '0123456789', '0', 'Sum: 1', '', 'NEXT'],
      { in: 'end', rest: 'NEXT' },
    ],
    [
      'whose chunks outrank a length',
      ['POST / HTTP/1.1', 'Content-Length: 1', 'Transfer-Encoding: chunked', '', '0', '', 'NEXT'],
      { in: 'end', rest: 'NEXT' },
    ],
    ['of HTTP/1.0', ['GET / HTTP/1.0', '', ''], { in: 'end', persistent: false }],
    ['of HTTP/1.0 that keeps alive', ['GET / HTTP/1.0', 'Connection: Keep-Alive', '', ''], { persistent: true }],
    ['that is its last', ['GET / HTTP/1.1', 'Connection: te, Close', '', ''], { in: 'end', persistent: false }],
    [
      'whose body waits for a 100',
      ['PUT / HTTP/1.1', 'Expect: 100-continue', 'Content-Length: 1', '', ''],
      { in: 'body' },
    ],
    ['with bare newlines', ['GET / HTTP/1.1\nHost: a\n\nNEXT'], { in: 'end', rest: 'NEXT' }],
    ['whose method is in small letters', ['head / HTTP/1.1', '', ''], { in: 'end', method: 'HEAD' }],
  ])('finds the end of one %s', (_name, lines, expected) => {
    expect(request(...lines)).toMatchObject(expected);
  });

  it.each([
    ['of HTTP/2', ['PRI * HTTP/2.0', '', 'SM', '', '']],
    ['of TLS', ['\x16\x03\x01\x02']],
    ['of redis', ['*1', '$4', 'PING', '']],
    ['with two lengths', ['POST / HTTP/1.1', 'Content-Length: 1', 'Content-Length: 2', '', '']],
    ['with a length that is none', ['POST / HTTP/1.1', 'Content-Length: -1', '', '']],
    ['whose body would end with the connection', ['POST / HTTP/1.1', 'Transfer-Encoding: gzip', '', '']],
    ['with a folded line', ['GET / HTTP/1.1', 'A: b', ' c', '', '']],
    ['whose chunk size is no number', ['POST / HTTP/1.1', 'Transfer-Encoding: chunked', '', 'xyz', '']],
    ['whose chunk is longer than it says', ['POST / HTTP/1.1', 'Transfer-Encoding: chunked', '', '1', 'ab', '']],
    ['with a head beyond all bounds', ['GET / HTTP/1.1', `A: ${'b'.repeat(70_000)}`, '', '']],
    [
      'with a chunk extension beyond all bounds',
      ['PUT / HTTP/1.1', 'Transfer-Encoding: chunked', '', `1;${'b'.repeat(70_000)}`],
    ],
  ])('leaves one %s alone', (_name, lines) => {
    expect(request(...lines)).toMatchObject({ in: 'opaque', rest: '' });
  });
});

describe('readMessage of a response', () => {
  it.each([
    [
      'with a length',
      'GET',
      ['HTTP/1.1 200 OK', 'Content-Length: 2', '', 'okNEXT'],
      { in: 'end', rest: 'NEXT', persistent: true },
    ],
    [
      'to a HEAD',
      'HEAD',
      ['HTTP/1.1 200 OK', 'Content-Length: 2', '', 'NEXT'],
      { in: 'end', rest: 'NEXT', persistent: true },
    ],
    ['without content', 'GET', ['HTTP/1.1 204 No Content', '', 'NEXT'], { in: 'end', rest: 'NEXT', persistent: true }],
    ['not modified', 'GET', ['HTTP/1.1 304', 'Content-Length: 9', '', 'NEXT'], { in: 'end', rest: 'NEXT' }],
    [
      'after a 100 and a 103',
      'PUT',
      [
        'HTTP/1.1 100 Continue',
        '',
        'HTTP/1.1 103 Early Hints',
        'Link: x',
        '',
        'HTTP/1.1 201 Created',
        'Content-Length: 0',
        '',
        'NEXT',
      ],
      { in: 'end', rest: 'NEXT' },
    ],
    [
      'of unknown length',
      'GET',
      ['HTTP/1.1 200 OK', '', 'all of this'],
      { in: 'until-close', rest: '', persistent: false },
    ],
    ['of HTTP/1.0', 'GET', ['HTTP/1.0 200 OK', 'Content-Length: 0', '', ''], { in: 'end', persistent: false }],
    [
      'that changes the protocol',
      'GET',
      ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', '', 'frames'],
      { in: 'opaque', rest: '' },
    ],
    ['that opens a tunnel', 'CONNECT', ['HTTP/1.1 200 OK', '', 'anything'], { in: 'opaque', rest: '' }],
    [
      'that refuses a tunnel',
      'CONNECT',
      ['HTTP/1.1 403 No', 'Content-Length: 0', '', 'NEXT'],
      { in: 'end', rest: 'NEXT' },
    ],
    ['that is no HTTP', 'GET', ['220 mail ready', ''], { in: 'opaque', rest: '' }],
  ])('knows where one %s ends', (_name, method, lines, expected) => {
    expect(response(method, ...lines)).toMatchObject(expected);
  });
});

describe('readMessage of bytes in pieces', () => {
  const body = fc.string({ maxLength: 40, unit: fc.constantFrom('a', '\r', '\n', '0', ':', '\xff', ' ') });
  const chunked = fc
    .array(
      body.filter((text) => text !== ''),
      { maxLength: 4 },
    )
    .map((parts) => `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`);
  const wire = fc.oneof(
    fc
      .record({ head: fc.constantFrom('POST / HTTP/1.1', 'HTTP/1.1 200 OK'), body })
      .map((one) => `${one.head}\r\nContent-Length: ${one.body.length}\r\n\r\n${one.body}`),
    fc
      .record({ head: fc.constantFrom('POST / HTTP/1.1', 'HTTP/1.1 200 OK'), chunked })
      .map((one) => `${one.head}\r\nTransfer-Encoding: chunked\r\n\r\n${one.chunked}`),
    fc.constantFrom(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
      'HTTP/1.1 200 OK\n\nrest',
      'GET / HTTP/1.0\n\n',
    ),
    fc
      .array(fc.constantFrom('GET', ' ', '/', 'HTTP/1.1', '\r\n', '\n', ':', '5', 'Content-Length', '\0'), {
        maxLength: 12,
      })
      .map((parts) => parts.join('')),
  );
  const kind = fc.constantFrom(newRequest, responseTo(get), responseTo({ ...get, method: 'HEAD' }));

  it('ends up in the same place wherever they are cut', () => {
    fc.assert(
      fc.property(kind, wire, body, fc.array(fc.nat(300), { maxLength: 8 }), (start, text, more, cuts) => {
        const bytes = Buffer.from(text + more, 'latin1');
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index] ?? 0, end));
        expect(readAll(start, pieces)).toEqual(readAll(start, [bytes]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds the end of a well-formed message, and takes nothing after it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          body.map((text) => `Content-Length: ${text.length}\r\n\r\n${text}`),
          chunked.map((text) => `Transfer-Encoding: chunked\r\n\r\n${text}`),
        ),
        body,
        (text, next) => {
          const message = `HTTP/1.1 200 OK\r\n${text}`;
          expect(read(responseTo(get), message + next)).toMatchObject({ in: 'end', rest: next });
        },
      ),
    );
  });

  it('takes the same where the bounds are reached', () => {
    const long = Buffer.from(`GET / HTTP/1.1\r\nA: ${'b'.repeat(65_536 - 23)}\r\n\r\n`);
    for (const bytes of [long, Buffer.concat([long.subarray(0, 30), Buffer.from('b'), long.subarray(30)])]) {
      const halves = [bytes.subarray(0, 40_000), bytes.subarray(40_000)];
      expect(readAll(newRequest, halves)).toEqual(readAll(newRequest, [bytes]));
    }
    expect(long.length).toBe(65_536);
    expect(readAll(newRequest, [long]).message.place.in).toBe('end');
  });
});

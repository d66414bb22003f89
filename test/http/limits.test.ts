import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { StiError } from '../../source/errors.ts';
import { fetchText as fetched } from '../support/http-client.ts';
import { serveFiles, serveHttp, serveRaw } from '../support/http-server.ts';

const MiB = 1024 ** 2;

/** Says the start once and the rest without end. */
function pour(socket: Socket, start: string, rest: string): void {
  const much = rest.repeat(16_384 / rest.length);
  const more = () => {
    while (!socket.destroyed && socket.write(much));
  };
  socket.on('drain', more).write(start);
  more();
}

describe('the limit of size', () => {
  const zeros = Buffer.alloc(8 * MiB);

  it('is that of what the server says', async () => {
    const url = await serveFiles({ '/exact': zeros.subarray(0, MiB), '/more': zeros.subarray(0, MiB + 1) });
    expect((await fetched(`${url}/exact`)).text).toHaveLength(MiB);
    await expect(fetched(`${url}/more`)).rejects.toThrow('larger than 1 MiB');
  });

  it.each([
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['gzip, gzip', gzipSync(gzipSync(zeros))],
  ])('is that of what an answer unpacks to: %s', async (encoding, content) => {
    const url = await serveHttp((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(content);
    });
    await expect(fetched(url)).rejects.toThrow('larger than 1 MiB');
  });

  it.each([
    ['plain', {}],
    ['packed', { 'content-encoding': 'gzip' }],
  ])('ends a body without end: %s', async (_, headers) => {
    const empty = gzipSync('');
    const url = await serveHttp((_, response) => {
      response.writeHead(200, headers);
      const chunk = Buffer.concat(Array.from({ length: 3000 }, () => empty));
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    await expect(fetched(url)).rejects.toThrow('larger than 1 MiB');
  });

  it.each([
    ['one header', 'HTTP/1.1 200 OK\r\nx-huge: ', 'x'],
    ['many headers', 'HTTP/1.1 200 OK\r\n', 'x-many: value\r\n'],
  ])('is 16 KiB for headers: %s', async (_, start, rest) => {
    const { url } = await serveRaw((socket) => pour(socket, start, rest));
    await expect(fetched(url)).rejects.toThrow(/header/i);
  });
});

describe('the limits of time', () => {
  it('end an answer that drips', async () => {
    const url = await serveHttp((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    await expect(fetched(url, { timeout: 300 })).rejects.toThrow('no complete answer within 0.3 s');
  });

  it('end headers that drip', async () => {
    const { url } = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      const drip = setInterval(() => socket.write('.'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    await expect(fetched(url, { timeout: 300 })).rejects.toThrow('no complete answer within 0.3 s');
  });

  it.each([
    ['status line', 'HTTP/1.1 200 ', 'x'],
    ['line of answers before the answer', '', 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'],
    ['extension of a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;', 'x'],
    ['trailer', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: ', 'x'],
  ])('or other ones end a %s without end', async (_, start, rest) => {
    const { url, open } = await serveRaw((socket) => pour(socket, start, rest));
    await expect(fetched(url, { timeout: 1000 })).rejects.toThrow();
    await expect.poll(() => open.size).toBe(0);
  });

  it('end an answer that stops in the middle', async () => {
    const url = await serveHttp((_, response) => void response.writeHead(200).write('begin'));
    await expect(fetched(url, { idleTimeout: 300 })).rejects.toThrow(/timeout/i);
  });
});

describe('a cancel', () => {
  const reason = new StiError('source', 'enough');

  it.each<[string, string, (socket: Socket) => void]>([
    ['before an answer', 'http', () => {}],
    ['during a TLS handshake', 'https', () => {}],
    ['in the headers', 'http', (socket) => socket.write('HTTP/1.1 200 OK\r\nx: ')],
    ['in the body', 'http', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nbegin')],
    ['in a packed body', 'http', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n\x1f')],
  ])('ends the request and its connection at any time: %s', async (_, scheme, talk) => {
    const stop = new AbortController();
    const { url, open } = await serveRaw((socket) => {
      talk(socket);
      setTimeout(() => stop.abort(reason), 50);
    });
    await expect(fetched(url.replace('http', scheme), { signal: stop.signal })).rejects.toBe(reason);
    await expect.poll(() => open.size).toBe(0);
  });

  it('before the request keeps it from being made', async () => {
    let asked = 0;
    const url = await serveHttp((_, response) => void response.end(String(asked++)));
    await expect(fetched(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(asked).toBe(0);
  });
});

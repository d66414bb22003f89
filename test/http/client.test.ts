import { createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StiError } from '../../source/errors.ts';
import { fetchText as fetched, plainHttp } from '../support/http-client.ts';
import { refusingUrl, serveHttp, serveRaw } from '../support/http-server.ts';

const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;

describe('an answer', () => {
  it('has its status, type and content', async () => {
    const url = await serveHttp((_, response) => {
      response.writeHead(418, { 'content-type': 'Text/HTML; charset=utf-8' }).end('tea');
    });
    expect(await fetched(url)).toEqual({ status: 418, mediaType: 'text/html', text: 'tea' });
  });

  it.each([
    ['gzip', gzipSync('content')],
    ['X-GZIP', gzipSync('content')],
    ['deflate', deflateSync('content')],
    ['br', brotliCompressSync('content')],
    ['gzip, br', brotliCompressSync(gzipSync('content'))],
    ['identity', Buffer.from('content')],
  ])('is unpacked: %s', async (encoding, content) => {
    const url = await serveHttp((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(content);
    });
    expect((await fetched(url)).text).toBe('content');
  });

  it.each(['zstd', 'gzip, gzip, gzip, gzip', 'nonsense'])('that is packed as %s is refused', async (encoding) => {
    const url = await serveHttp((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end('x');
    });
    await expect(fetched(url)).rejects.toThrow(/content-encoding|packed 4 times/);
  });

  it.each([
    ['content-length', { 'content-length': '100' }],
    ['chunks', { 'transfer-encoding': 'chunked' }],
  ])('that breaks off is a failure: %s', async (_, headers) => {
    const url = await serveHttp((request, response) => {
      response.writeHead(200, headers).write('half', () => request.socket.destroy());
    });
    await expect(fetched(url)).rejects.toThrow();
  });

  it('that is no HTTP is a failure', async () => {
    const { url } = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await expect(fetched(url)).rejects.toThrow();
  });

  it('may come from any port, those that browsers avoid included', async () => {
    const server = createTcpServer((socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhere'));
    const listening = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(10080, '127.0.0.1', () => resolve(true));
    });
    onTestFinished(() => void server.close());
    // Whoever has the port instead is as good: it isn't refused unasked.
    const asking = fetched('http://127.0.0.1:10080/').then(
      (answer) => answer.text,
      (error: Error) => error.message,
    );
    expect(await asking).toEqual(listening ? 'here' : expect.not.stringContaining('bad port'));
  });

  it('that never comes says why', async () => {
    await expect(fetched(await refusingUrl())).rejects.toThrow('ECONNREFUSED');
    const { port } = new URL(await refusingUrl());
    await expect(fetched(`http://localhost:${port}`)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('are followed, also relative ones: %i', async (status) => {
    const url = await serveHttp((request, response) => {
      if (request.url === '/b/there?q=1') response.end('there');
      else response.writeHead(status, { location: '../b/there?q=1' }).end();
    });
    expect((await fetched(`${url}/a/here`)).text).toBe('there');
  });

  it('are followed ten times', async () => {
    let asked = 0;
    const url = await serveHttp((_, response) => {
      asked++;
      response.writeHead(302, { location: '/again' }).end();
    });
    await expect(fetched(url)).rejects.toThrow('more than 10 redirects');
    expect(asked).toBe(11);
  });

  it.each(['file:///etc/passwd', 'ftp://host/x', 'http://', 'data:,x'])('to %s are refused', async (location) => {
    const url = await serveHttp((_, response) => void response.writeHead(302, { location }).end());
    await expect(fetched(url)).rejects.toThrow('no http or https URL');
  });
});

describe('the name and password of a URL', () => {
  const echo = () => serveHttp((request, response) => void response.end(request.headers.authorization ?? 'none'));

  it('are sent', async () => {
    const url = await echo();
    expect((await fetched(url.replace('//', '//ada:p%40ss@'))).text).toBe(basic('ada:p@ss'));
    expect((await fetched(url.replace('//', '//ada@'))).text).toBe(basic('ada:'));
    expect((await fetched(url.replace('//', '//ada:100%@'))).text).toBe(basic('ada:100%'));
  });

  it('follow a redirect within their origin', async () => {
    const url = await serveHttp((request, response) => {
      if (request.url === '/there') response.end(request.headers.authorization);
      else response.writeHead(302, { location: '/there' }).end();
    });
    expect((await fetched(url.replace('//', '//ada:secret@'))).text).toBe(basic('ada:secret'));
  });

  it('never follow one to another host, port or scheme', async () => {
    const other = await echo();
    const { port } = new URL(other);
    for (const location of [other, `http://localhost:${port}`, `http://bob:x@127.0.0.1:${port}`]) {
      const url = await serveHttp((_, response) => void response.writeHead(302, { location }).end());
      expect((await fetched(url.replace('//', '//ada:secret@'))).text).toBe('none');
    }
  });
});

describe('the connection', () => {
  it('ends with the request, whatever became of it', async () => {
    const { url, open } = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody');
    });
    const client = plainHttp;
    await client.request(url, { maxBytes: 1000, timeout: 20_000 }, async () => {});
    await client.request(url, { maxBytes: 1000, timeout: 20_000 }, async (answer) => text(answer.body()));
    await expect(
      client.request(url, { maxBytes: 1000, timeout: 20_000 }, () => Promise.reject(new Error('no'))),
    ).rejects.toThrow('no');
    await expect.poll(() => open.size).toBe(0);
  });
});

describe('the addresses that a request may connect to', () => {
  const refusal = new StiError('scripts', 'not there');
  const refusing = (refused: string) => (address: string) => {
    if (address === refused) throw refusal;
  };

  it.each(['127.0.0.1', 'localhost', '0x7f.1', '2130706433'])(
    'are asked for by address, however the host is written: %s',
    async (host) => {
      let asked = 0;
      const { port } = new URL(await serveHttp((_, response) => void response.end(String(asked++))));
      await expect(fetched(`http://${host}:${port}`, { admit: refusing('127.0.0.1') })).rejects.toBe(refusal);
      expect(asked).toBe(0);
      expect((await fetched(`http://${host}:${port}`, { admit: () => {} })).text).toBe('0');
    },
  );

  it('are asked for after each redirect', async () => {
    const url = await serveHttp((_, response) => void response.writeHead(302, { location: 'http://[::1]:1/' }).end());
    await expect(fetched(url, { admit: refusing('::1') })).rejects.toBe(refusal);
  });

  it('are asked for though a proxy connects to them', async () => {
    const env = { http_proxy: await refusingUrl() };
    for (const host of ['127.0.0.1', 'localhost']) {
      await expect(fetched(`http://${host}/`, { admit: refusing('127.0.0.1') }, env)).rejects.toBe(refusal);
    }
  });
});

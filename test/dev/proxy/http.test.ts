import { Agent, type RequestListener, request } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, gate, openProxy, RawClient, startApp, startTcpApp } from '../../support/proxy.ts';

async function through(listener: RequestListener) {
  const app = await startApp('app', listener);
  const proxy = await openProxy();
  proxy.switchTo(app.upstream);
  return { app, proxy, port: proxy.port };
}

function keepAliveAgent(options: { maxSockets?: number } = {}): Agent {
  const agent = new Agent({ keepAlive: true, ...options });
  onTestFinished(() => agent.destroy());
  return agent;
}

const echo: RequestListener = (asked, answer) => {
  buffer(asked).then(
    (body) => answer.setHeader('X-Method', asked.method ?? '').end(body),
    () => answer.destroy(),
  );
};

describe('the port proxy carries HTTP', () => {
  it('several requests on one connection, on one connection to the app', async () => {
    const { app, port } = await through((asked, answer) => answer.end(asked.url));
    let connections = 0;
    app.server.on('connection', () => connections++);
    const agent = keepAliveAgent({ maxSockets: 1 });
    for (const path of ['/a', '/b', '/c'])
      expect(await ask(port, path, { agent })).toEqual({ status: 200, body: path });
    expect(connections).toBe(1);
  });

  it('large bodies both ways, with a length and in chunks', async () => {
    const { port } = await through(echo);
    const body = Buffer.alloc(5_000_000, 'sti');
    const agent = keepAliveAgent();
    for (const headers of [{ 'Content-Length': String(body.length) }, { 'Transfer-Encoding': 'chunked' }]) {
      const answer = await ask(port, '/', { agent, method: 'POST', headers, body });
      expect(answer.body.length).toBe(body.length);
      expect(Buffer.from(answer.body).equals(body)).toBe(true);
    }
  });

  it('answers without a body: to HEAD, 204 and 304, with the next request after them', async () => {
    const { port } = await through((asked, answer) => {
      answer.writeHead(Number(asked.url?.slice(1)), { 'Content-Length': '5' });
      answer.end(asked.method === 'HEAD' ? undefined : 'hello');
    });
    const agent = keepAliveAgent({ maxSockets: 1 });
    expect(await ask(port, '/200', { agent, method: 'HEAD' })).toEqual({ status: 200, body: '' });
    expect(await ask(port, '/304', { agent })).toEqual({ status: 304, body: '' });
    expect(await ask(port, '/204', { agent })).toEqual({ status: 204, body: '' });
    expect(await ask(port, '/200', { agent })).toEqual({ status: 200, body: 'hello' });
  });

  it('the trailers of an answer in chunks', async () => {
    const words =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 42\r\n\r\n';
    const proxy = await openProxy();
    proxy.switchTo(await startTcpApp((socket) => socket.once('data', () => socket.write(words))));
    const client = await RawClient.to(proxy.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n');
    expect(await client.heard('X-Sum: 42\r\n\r\n')).toBe(words);
  });

  it('what an app says before its answer: 103, 102', async () => {
    const words =
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    const proxy = await openProxy();
    proxy.switchTo(await startTcpApp((socket) => socket.once('data', () => socket.write(words))));
    const client = await RawClient.to(proxy.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.heard('ok')).toBe(words);
  });

  it('a body that is sent only after a 100', async () => {
    const { port } = await through(echo);
    const asked = request({ host: '127.0.0.1', port, method: 'PUT', headers: { Expect: '100-continue' } });
    asked.flushHeaders();
    await new Promise((resolve) => asked.once('continue', resolve));
    const answered = new Promise<string>((resolve, reject) => {
      asked.on('error', reject);
      asked.on('response', (response) => buffer(response).then((bytes) => resolve(bytes.toString()), reject));
    });
    asked.end('only now');
    expect(await answered).toBe('only now');
  });

  it('pipelined requests, answered in their order', async () => {
    const { port } = await through((asked, answer) => {
      setTimeout(() => answer.end(`<${asked.url}>`), asked.url === '/1' ? 50 : 0);
    });
    const client = await RawClient.to(port);
    client.send(
      'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\r\nGET /3 ',
    );
    client.send('HTTP/1.1\r\nHost: a\r\n\r\n');
    const all = await client.heard('</3>');
    expect(all.match(/<\/\d>/g)).toEqual(['</1>', '</2>', '</3>']);
  });

  it('an answer that ends with the connection, and the end of it', async () => {
    const { port } = await through((asked, answer) => {
      asked.socket.end('HTTP/1.0 200 OK\r\n\r\nthat is all');
      answer.on('error', () => {});
    });
    const client = await RawClient.to(port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.ended()).toBe('HTTP/1.0 200 OK\r\n\r\nthat is all');
  });

  it('the close after an answer that announces it', async () => {
    const { port } = await through((_asked, answer) => answer.setHeader('Connection', 'close').end('bye'));
    const client = await RawClient.to(port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.ended()).toMatch(/bye$/);
  });

  it('an answer to a client that has closed its side', async () => {
    const { app, port } = await through((_asked, answer) => setTimeout(() => answer.end('late'), 20));
    Object.assign(app.server, { httpAllowHalfOpen: true });
    const client = await RawClient.to(port);
    client.socket.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.ended()).toMatch(/late$/);
  });

  it('an answer that comes before the whole request, then the next request', async () => {
    const { port } = await through((asked, answer) => {
      asked.resume();
      answer.end(`early ${asked.url}`);
    });
    const client = await RawClient.to(port);
    client.send('POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
    await client.heard('early /1');
    client.send('defGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.heard('early /2');
  });

  it('what an app breaks off, so that the client does not take it for whole', async () => {
    const { port } = await through((asked, answer) => {
      answer.on('error', () => {});
      asked.socket.write('HTTP/1.1 200 OK\r\n\r\nhalf of', () => setTimeout(() => asked.socket.resetAndDestroy(), 20));
    });
    const client = await RawClient.to(port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.heard('half of');
    expect(await client.closed).toBe('reset');
  });

  it.each(['destroy', 'resetAndDestroy'] as const)(
    'the loss of a client, so that the app can stop (%s)',
    async (lose) => {
      const left = gate();
      const { port } = await through((_asked, answer) => {
        answer.write('working');
        answer.on('error', () => {}).on('close', left.open);
      });
      const client = await RawClient.to(port);
      client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await client.heard('working');
      client.socket[lose]();
      await left.opened;
    },
  );

  it('no faster than a slow client reads, and all of it when that reads on', async () => {
    const total = 60_000_000;
    let sent = 0;
    const { port } = await through((_asked, answer) => {
      const piece = Buffer.alloc(60_000);
      const more = (): void => {
        while (sent < total) {
          sent += piece.length;
          if (!answer.write(piece)) return;
        }
        answer.end();
      };
      answer.writeHead(200, { Connection: 'close', 'Content-Length': total });
      answer.on('drain', more);
      more();
    });
    const socket = connect({ host: '127.0.0.1', port }).pause();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(total / 2);
    let received = 0;
    for await (const chunk of socket) received += chunk.length;
    expect(received).toBeGreaterThan(total);
  });
});

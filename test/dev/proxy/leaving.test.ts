import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { Agent, createServer as createHttpsServer, request } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RequestRecord } from '../../../source/dev/proxy/record.ts';
import { ask, gate, openProxy, RawClient, startApp, startTcpApp } from '../../support/proxy.ts';

/** Longer than any test takes: what is closed before is not closed by it. */
const drainTime = 600_000;
const secret = { psk: Buffer.alloc(16, 1), identity: 'test' };
/** TLS without certificates. */
const ciphers = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
const quiet = () => new Promise((resolve) => setTimeout(resolve, 150));

async function listenOn(server: Server) {
  const open = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => open.add(socket));
  onTestFinished(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port };
}

/** @param until when it answers */
function startHttps(name: string, until: Promise<void> = Promise.resolve()) {
  const options = { ...ciphers, pskCallback: () => secret.psk };
  const server = createHttpsServer(options, (_asked, answer) => void until.then(() => answer.end(name)));
  // It doesn't close what is idle by itself.
  server.keepAliveTimeout = 0;
  return listenOn(server);
}

function askHttps(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { ...ciphers, pskCallback: () => secret, checkServerIdentity: () => undefined };
    request({ host: '127.0.0.1', port, agent, ...options, headers: { 'X-Filler': 'x'.repeat(100) } })
      .on('response', (response) => buffer(response).then((bytes) => resolve(bytes.toString()), reject))
      .on('error', reject)
      .end();
  });
}

function httpsAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

function closedWhenFree(agent: Agent): Promise<unknown> {
  return new Promise((resolve) => agent.once('free', (socket: TLSSocket) => socket.once('close', resolve)));
}

const startHttp2 = (name: string) =>
  listenOn(createHttp2Server().on('stream', (stream) => stream.respond() ?? stream.end(name)));

function openHttp2(port: number) {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  return {
    closed: new Promise((resolve) => session.once('close', resolve)),
    ask: async (path: string) => (await buffer(session.request({ ':path': path }))).toString(),
  };
}

describe('a connection to the old version that is quiet at a switch', () => {
  it('of https is closed, so that its client comes to the new one', async () => {
    const proxy = await openProxy({ drainTime });
    proxy.switchTo(await startHttps('one'));
    const agent = httpsAgent();
    const closed = closedWhenFree(agent);
    expect(await askHttps(proxy.port, agent)).toBe('one');
    await quiet();
    proxy.switchTo(await startHttps('two'));
    await closed;
    expect(await askHttps(proxy.port, agent)).toBe('two');
    await proxy.drained();
  });

  it('of HTTP/2 is closed, so that its client comes to the new one', async () => {
    const proxy = await openProxy({ drainTime });
    proxy.switchTo(await startHttp2('one'));
    const session = openHttp2(proxy.port);
    expect(await session.ask('/')).toBe('one');
    expect(await session.ask('/again')).toBe('one');
    await quiet();
    proxy.switchTo(await startHttp2('two'));
    await session.closed;
    expect(await openHttp2(proxy.port).ask('/')).toBe('two');
    await proxy.drained();
  });

  it('and was not a moment ago is closed when it is', async () => {
    const proxy = await openProxy({ drainTime });
    proxy.switchTo(await startHttp2('one'));
    const session = openHttp2(proxy.port);
    expect(await session.ask('/')).toBe('one');
    proxy.switchTo(await startHttp2('two'));
    expect(await session.ask('/')).toBe('one');
    await session.closed;
  });

  it('because its client waits for an answer is closed after that', async () => {
    const may = gate();
    const proxy = await openProxy({ drainTime });
    proxy.switchTo(await startHttps('one', may.opened));
    const agent = httpsAgent();
    const closed = closedWhenFree(agent);
    const answer = askHttps(proxy.port, agent);
    await quiet();
    proxy.switchTo(await startHttps('two'));
    await quiet();
    may.open();
    expect(await answer).toBe('one');
    await closed;
    await proxy.drained();
    expect(await askHttps(proxy.port, agent)).toBe('two');
  });

  it('of a protocol that nobody knows is closed too', async () => {
    const proxy = await openProxy({ drainTime });
    proxy.switchTo(await startTcpApp((socket) => socket.on('data', (chunk) => socket.write(chunk))));
    const client = await RawClient.to(proxy.port);
    client.send('\x00ping');
    await client.heard('ping');
    await quiet();
    proxy.switchTo((await startApp('two')).upstream);
    await client.ended();
    expect(await client.closed).toBe('end');
  });
});

describe('what has no end', () => {
  it('is closed soon after a switch: an event stream', async () => {
    const one = await startApp('one', (_asked, answer) => {
      answer.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' }).write('data: 1\n\n');
      const timer = setInterval(() => answer.write('data: 2\n\n'), 20);
      answer.on('close', () => clearInterval(timer));
    });
    const proxy = await openProxy({ drainTime });
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.send('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.heard('data: 1');
    proxy.switchTo((await startApp('two')).upstream);
    await client.heard('data: 2');
    await client.ended();
    await proxy.drained();
  });

  it('is closed soon after a switch: an event stream that begins only then', async () => {
    const may = gate();
    const asked = gate();
    const one = await startApp('one', (_asked, answer) => {
      asked.open();
      void may.opened.then(() => answer.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n'));
    });
    const proxy = await openProxy({ drainTime });
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.send('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
    await asked.opened;
    proxy.switchTo((await startApp('two')).upstream);
    may.open();
    expect(await client.ended()).toContain('data: 1');
    await proxy.drained();
  });

  it('lives on when the version becomes that of a later build by itself', async () => {
    const may = gate();
    const records: RequestRecord[] = [];
    const proxy = await openProxy({ drainTime, onRequest: (record) => void records.push(record) });
    const app = await startApp('app', (asked, answer) => {
      if (asked.url !== '/events') return answer.end('app');
      answer.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
      void may.opened.then(() => answer.end('data: last\n\n'));
      return;
    });
    proxy.switchTo(app.upstream, 1);
    const client = await RawClient.to(proxy.port);
    client.send('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.heard('data: 1');
    proxy.takeUp(2);
    await ask(proxy.port);
    expect(records).toMatchObject([{ path: '/', version: 2 }]);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    may.open();
    await client.heard('data: last');
  });

  it('is not an event stream that answers a POST: it is finished', async () => {
    const may = gate();
    const one = await startApp('one', (asked, answer) => {
      asked.resume();
      answer.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
      void may.opened.then(() => answer.end('data: last\n\n'));
    });
    const proxy = await openProxy({ drainTime });
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.send('POST /completions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}');
    await client.heard('data: 1');
    proxy.switchTo((await startApp('two')).upstream);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    may.open();
    await client.heard('data: last');
  });

  it('is closed soon after a switch: a websocket that both sides talk on', async () => {
    const one = await startApp('one');
    one.server.on('upgrade', (_asked, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      const timer = setInterval(() => socket.write('tick'), 20);
      socket.on('error', () => {}).on('close', () => clearInterval(timer));
    });
    const proxy = await openProxy({ drainTime });
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await client.heard('tick');
    proxy.switchTo((await startApp('two')).upstream);
    await client.heard('tick');
    await client.ended();
    await proxy.drained();
  });
});

import { describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../../source/dev/proxy/record.ts';
import { ask, gate, openProxy, RawClient, startApp } from '../../support/proxy.ts';

async function recording(options: Parameters<typeof openProxy>[0] = {}) {
  const records: RequestRecord[] = [];
  const proxy = await openProxy({ ...options, onRequest: (record) => void records.push(record) });
  return { proxy, records };
}

describe('a request is told', () => {
  it('with its method, path, status, size and the version that answered', async () => {
    const { proxy, records } = await recording();
    const app = await startApp('one', (asked, answer) => asked.resume() && answer.writeHead(201).end('created'));
    proxy.switchTo(app.upstream, 4);
    const before = Date.now();
    await ask(proxy.port, '/things?q=1', { method: 'POST', body: 'x' });
    expect(records).toEqual([
      {
        at: expect.any(Number),
        method: 'POST',
        path: '/things?q=1',
        status: 201,
        ms: expect.any(Number),
        waitedMs: expect.any(Number),
        bytes: expect.any(Number),
        version: 4,
        fields: expect.arrayContaining([`Host: 127.0.0.1:${proxy.port}`]),
        answerFields: expect.arrayContaining(['Transfer-Encoding: chunked']),
      },
    ]);
    expect(records[0]?.at).toBeGreaterThanOrEqual(before);
    expect(records[0]?.bytes).toBeGreaterThan('created'.length);
  });

  it('once each, also on one connection, also when it asks for another protocol', async () => {
    const { proxy, records } = await recording();
    const app = await startApp('app');
    app.server.on('upgrade', (_asked, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    proxy.switchTo(app.upstream);
    const client = await RawClient.to(proxy.port);
    const asking = (path: string, more = '') => client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`);
    asking('/1');
    await client.heard('app');
    asking('/2');
    await client.heard('app');
    asking('/3', 'Connection: Upgrade\r\nUpgrade: websocket\r\n');
    await client.heard('101');
    await client.ended();
    expect(records.map(({ path, status }) => `${path} ${status}`)).toEqual(['/1 200', '/2 200', '/3 101']);
  });

  it('with how long it waited for a version', async () => {
    const { proxy, records } = await recording();
    const answer = ask(proxy.port);
    await new Promise((resolve) => setTimeout(resolve, 60));
    proxy.switchTo((await startApp('one')).upstream);
    await answer;
    expect(records[0]?.waitedMs).toBeGreaterThan(0);
    expect(records[0]?.ms).toBeGreaterThanOrEqual(records[0]?.waitedMs ?? 0);
  });

  it('without a version when sti answers', async () => {
    const { proxy, records } = await recording();
    proxy.refuse('the application ended with exit code 1');
    const { body } = await ask(proxy.port, '/', { method: 'GET' });
    expect(records).toMatchObject([{ status: 503, version: null }]);
    expect(records[0]?.bytes).toBeGreaterThan(body.length);
  });

  it('without a status when it is broken off before there is one', async () => {
    const { proxy, records } = await recording();
    const asked = gate();
    proxy.switchTo((await startApp('app', asked.open)).upstream);
    const client = await RawClient.to(proxy.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await asked.opened;
    client.socket.destroy();
    await proxy.close();
    expect(records).toMatchObject([{ status: null, version: null, bytes: 0 }]);
  });

  it('in printable characters, and not at any length', async () => {
    const { proxy, records } = await recording();
    proxy.switchTo((await startApp('app')).upstream);
    const client = await RawClient.to(proxy.port);
    client.send(`GET /\x1b[2J\x9b\xe9${'x'.repeat(5_000)} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await client.heard('HTTP/1.1');
    await proxy.close();
    expect(records).toHaveLength(1);
    expect(records[0]?.path).toMatch(/^\/%1B\[2J%9B%E9x+$/);
    expect(records[0]?.path).toHaveLength(2_048);
  });
});

import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../source/dev/proxy/proxy.ts';
import { ask, deadUpstream, openProxy, RawClient, startApp } from '../../support/proxy.ts';

describe('while no version is ready', () => {
  it('requests wait, and are served by the version that comes', async () => {
    const proxy = await openProxy();
    const before = [ask(proxy.port), ask(proxy.port, '/', { method: 'POST', body: Buffer.alloc(1_000_000) })];
    const one = await startApp('one', (asked, answer) => asked.resume().on('end', () => answer.end('one')));
    proxy.switchTo(one.upstream);
    expect(await Promise.all(before)).toEqual([
      { status: 200, body: 'one' },
      { status: 200, body: 'one' },
    ]);
    proxy.suspend();
    const during = ask(proxy.port);
    await one.kill();
    proxy.switchTo((await startApp('two')).upstream);
    expect(await during).toEqual({ status: 200, body: 'two' });
  });

  it('the next request on an idle connection waits as well', async () => {
    const proxy = await openProxy();
    const one = await startApp('one');
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.heard('one');
    proxy.suspend();
    await one.kill();
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    proxy.switchTo((await startApp('two')).upstream);
    await client.heard('two');
  });

  it('a request that has waited too long is told so in words, and the user once each time', async () => {
    const notices: string[] = [];
    const proxy = await openProxy({ switchTimeout: 50, onNotice: (text) => notices.push(text) });
    const answers = await Promise.all([ask(proxy.port), ask(proxy.port)]);
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.body).toBe(
        'sti dev: no version of the app was ready within 0.05 s. The terminal where sti runs says why; the next save tries again.\n',
      );
    }
    expect(await ask(proxy.port, '/', { method: 'HEAD' })).toEqual({ status: 503, body: '' });
    const notice = `port ${proxy.port}: a client waited 0.05 s without an answer: no version of the app is ready`;
    expect(notices).toEqual([notice]);
    proxy.suspend();
    expect(await ask(proxy.port)).toMatchObject({ status: 503 });
    expect(notices).toEqual([notice, notice]);
  });

  it('so is one whose version refuses connections all the time, with the reason for the user', async () => {
    const notices: string[] = [];
    const proxy = await openProxy({ switchTimeout: 500, onNotice: (text) => notices.push(text) });
    const dead = await deadUpstream();
    proxy.switchTo(dead);
    expect(await ask(proxy.port)).toMatchObject({ status: 503 });
    expect(notices).toEqual([expect.stringContaining(`ECONNREFUSED 127.0.0.1:${dead.port}`)]);
  });

  it.each(['', '\x00\x01', 'GET / HTTP/1.1\r\n'])('another client is closed without a word: %j', async (words) => {
    const proxy = await openProxy({ switchTimeout: 50 });
    const client = await RawClient.to(proxy.port);
    if (words !== '') client.send(words);
    expect(await client.ended()).toBe('');
  });
});

describe('when nothing is served and nothing is on its way', () => {
  const why = 'the application ended with exit code 3';

  it('requests are answered at once, with 503 and the reason, those that wait already too', async () => {
    const proxy = await openProxy({ switchTimeout: 600_000 });
    const waiting = ask(proxy.port, '/', { method: 'POST', body: 'x' });
    const one = await startApp('one');
    const client = await RawClient.to(proxy.port);
    client.send('GET / HTTP/1.1\r\n');
    proxy.refuse(why);
    client.send('Host: a\r\n\r\n');
    expect(await waiting).toEqual({ status: 503, body: expect.stringContaining(why) });
    expect(await client.ended()).toContain(why);
    expect(await ask(proxy.port)).toEqual({ status: 503, body: expect.stringContaining(why) });
    expect(await ask(proxy.port, '/', { method: 'HEAD' })).toEqual({ status: 503, body: '' });
    proxy.switchTo(one.upstream);
    expect(await ask(proxy.port)).toMatchObject({ body: 'one' });
  });

  it('so is the next request on a connection that the application had', async () => {
    const proxy = await openProxy({ switchTimeout: 600_000 });
    const one = await startApp('one');
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.heard('one');
    await one.kill();
    proxy.refuse(why);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.ended()).toContain(why);
  });

  it('another protocol is closed', async () => {
    const proxy = await openProxy({ switchTimeout: 600_000 });
    proxy.refuse(why);
    const client = await RawClient.to(proxy.port);
    client.send('\x00\x01');
    expect(await client.ended()).toBe('');
  });

  it('requests wait again when a version is on its way', async () => {
    const proxy = await openProxy();
    proxy.refuse(why);
    proxy.suspend();
    const answer = ask(proxy.port);
    proxy.switchTo((await startApp('one')).upstream);
    expect(await answer).toEqual({ status: 200, body: 'one' });
  });
});

describe('the switch timeout', () => {
  const most = 600;
  const sleep = () => new Promise((resolve) => setTimeout(resolve, most));

  it('begins anew with each version', async () => {
    const proxy = await openProxy({ switchTimeout: 1_000 });
    const answer = ask(proxy.port);
    await sleep();
    proxy.switchTo(await deadUpstream());
    await sleep();
    proxy.switchTo((await startApp('one')).upstream);
    expect(await answer).toEqual({ status: 200, body: 'one' });
  });

  it('begins anew with the first byte on a connection', async () => {
    const proxy = await openProxy({ switchTimeout: 1_000 });
    const client = await RawClient.to(proxy.port);
    await sleep();
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await sleep();
    proxy.switchTo((await startApp('one')).upstream);
    await client.heard('one');
  });
});

describe('openPortProxy', () => {
  it('says where it listens', async () => {
    const proxy = await openProxy();
    expect(proxy.host).toBe('127.0.0.1');
    expect(proxy.port).toBeGreaterThan(0);
  });

  it('refuses a port that is taken, by name', async () => {
    const { port } = await openProxy();
    await expect(openProxy({ port })).rejects.toMatchObject({
      code: 'usage',
      message: `port ${port} on 127.0.0.1 is taken`,
      hint: expect.stringContaining('--port'),
    });
  });

  it('refuses a host that is not of this machine', async () => {
    await expect(openProxy({ host: '203.0.113.9', port: 8080 })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('203.0.113.9'),
      hint: expect.stringContaining('--host'),
    });
  });

  it('breaks every connection and frees the port when it is closed', async () => {
    const proxy = await openProxy();
    proxy.switchTo((await startApp('one', (_asked, answer) => void answer.write('for ever'))).upstream);
    const clients = [await RawClient.to(proxy.port), await RawClient.to(proxy.port)];
    clients[0]?.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await clients[0]?.heard('for ever');
    await proxy.close();
    await Promise.all(clients.map((client) => client.ended()));
    await expect(RawClient.to(proxy.port)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('freePort', () => {
  it('is the wanted one, or the next that is free', async () => {
    const wanted = await freePort('127.0.0.1', 42_000);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    expect(wanted).toBeGreaterThanOrEqual(42_000);
    expect(await freePort('127.0.0.1', wanted)).toBeGreaterThan(wanted);
  });

  it('says when there is none, and when the host is at fault', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(65_535, '127.0.0.1', resolve).on('error', () => resolve()));
    onTestFinished(() => void server.close());
    await expect(freePort('127.0.0.1', 65_535)).rejects.toMatchObject({ code: 'usage' });
    await expect(freePort('203.0.113.9', 8080)).rejects.toMatchObject({ code: 'usage' });
  });
});

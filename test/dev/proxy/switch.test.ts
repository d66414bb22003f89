import { Agent } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Answer, ask, deadUpstream, gate, openProxy, RawClient, startApp } from '../../support/proxy.ts';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('at a switch', () => {
  it('the next request of an idle keep-alive connection sees the new version, on the same connection', async () => {
    const [one, two] = [await startApp('one'), await startApp('two')];
    const proxy = await openProxy();
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.send(get);
    await client.heard('one');
    proxy.switchTo(two.upstream);
    client.send(get);
    await client.heard('two');
  });

  it('a line end that some clients send after a body is not taken for a request', async () => {
    const proxy = await openProxy();
    proxy.switchTo((await startApp('one')).upstream);
    const client = await RawClient.to(proxy.port);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx\r\n');
    await client.heard('one');
    expect(await ask(proxy.port)).toMatchObject({ body: 'one' });
    proxy.switchTo((await startApp('two')).upstream);
    client.send(get);
    await client.heard('two');
  });

  it('the old version is rid of idle connections at once', async () => {
    const [one, two] = [await startApp('one'), await startApp('two')];
    const proxy = await openProxy();
    proxy.switchTo(one.upstream);
    const closed = new Promise((resolve) => one.server.once('connection', (socket) => socket.once('close', resolve)));
    const client = await RawClient.to(proxy.port);
    client.send(get);
    await client.heard('one');
    proxy.switchTo(two.upstream);
    await Promise.all([closed, proxy.drained()]);
  });

  it('a connection on which nothing has been said yet leads to the new version', async () => {
    const [one, two] = [await startApp('one'), await startApp('two')];
    const proxy = await openProxy();
    proxy.switchTo(one.upstream);
    const arrived = new Promise((resolve) => one.server.once('connection', resolve));
    const client = await RawClient.to(proxy.port);
    await arrived;
    expect(await ask(proxy.port)).toMatchObject({ body: 'one' });
    proxy.switchTo(two.upstream);
    client.send(get);
    await client.heard('two');
  });

  it('a response that has begun goes on untouched; the next request on its connection sees the new version', async () => {
    const rest = gate();
    const one = await startApp('one', (_asked, answer) => {
      answer.write('one, ');
      void rest.opened.then(() => answer.end('to its end'));
    });
    const two = await startApp('two');
    const proxy = await openProxy();
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.send(get);
    await client.heard('one, ');
    proxy.switchTo(two.upstream);
    expect(await ask(proxy.port)).toMatchObject({ body: 'two' });
    client.send(get);
    rest.open();
    expect(await client.heard('two')).toMatch(/to its end\r\n0\r\n\r\nHTTP\/1.1 200 OK[\s\S]*two/);
    await proxy.drained();
  });

  it('a request whose body is half sent is served by the version that has the first half', async () => {
    const one = await startApp('one', (asked, answer) => {
      asked.resume().on('end', () => answer.end('one has it'));
    });
    const two = await startApp('two');
    const proxy = await openProxy();
    proxy.switchTo(one.upstream);
    const begun = new Promise((resolve) => one.server.once('request', resolve));
    const client = await RawClient.to(proxy.port);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
    await begun;
    proxy.switchTo(two.upstream);
    client.send('def');
    await client.heard('one has it');
  });

  it('drained waits for what the old version has yet to finish', async () => {
    const rest = gate();
    const one = await startApp('one', (_asked, answer) => void rest.opened.then(() => answer.end('one')));
    const two = await startApp('two');
    const proxy = await openProxy();
    proxy.switchTo(one.upstream);
    const begun = new Promise((resolve) => one.server.once('request', resolve));
    const answer = ask(proxy.port);
    await begun;
    proxy.switchTo(two.upstream);
    let isDrained = false;
    const drained = proxy.drained().then(() => {
      isDrained = true;
    });
    expect(await ask(proxy.port)).toMatchObject({ body: 'two' });
    expect(isDrained).toBe(false);
    rest.open();
    expect(await answer).toMatchObject({ body: 'one' });
    await drained;
  });

  it('after the drain time a response that goes on is broken off, and seen to be', async () => {
    const one = await startApp('one', (_asked, answer) => void answer.write('for ever'));
    const two = await startApp('two');
    const proxy = await openProxy({ drainTime: 50 });
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.send(get);
    await client.heard('for ever');
    proxy.switchTo(two.upstream);
    expect(await client.closed).toBe('reset');
    await proxy.drained();
  });

  it('after the drain time a request that the old version has not begun to answer is told so, and not run again', async () => {
    const one = await startApp('one', () => {});
    let runs = 0;
    const two = await startApp('two', (_asked, answer) => {
      runs += 1;
      answer.end('two');
    });
    const notices: string[] = [];
    const proxy = await openProxy({ drainTime: 50, onNotice: (text) => notices.push(text) });
    proxy.switchTo(one.upstream, 7);
    const begun = new Promise((resolve) => one.server.once('request', resolve));
    const answer = ask(proxy.port);
    await begun;
    proxy.switchTo(two.upstream, 8);
    expect(await answer).toEqual({ status: 503, body: expect.stringContaining('0.05 s') });
    expect(runs).toBe(0);
    expect(notices).toEqual([`port ${proxy.port}: 1 connection to build 7 cut after 0.05 s (--drain)`]);
  });
});

describe('an app that goes away', () => {
  /** A request that has arrived at version one when that is killed; `next` is what happens just before. */
  async function killedWhileAsked(method: string, next: 'switch' | 'suspend' | 'nothing'): Promise<Answer> {
    const one = await startApp('one', () => {});
    const two = await startApp('two');
    const proxy = await openProxy();
    proxy.switchTo(one.upstream);
    const begun = new Promise((resolve) => one.server.once('request', resolve));
    const answer = ask(proxy.port, '/', { method });
    answer.catch(() => {});
    await begun;
    if (next === 'switch') proxy.switchTo(two.upstream);
    if (next === 'suspend') proxy.suspend();
    await one.kill();
    if (next === 'suspend') proxy.switchTo(two.upstream);
    return answer;
  }

  it.each(['GET', 'POST'])('takes the %s with it that it had: nobody else is asked', async (method) => {
    for (const next of ['switch', 'suspend'] as const)
      await expect(killedWhileAsked(method, next)).rejects.toThrow('socket hang up');
  });

  it('is not asked again when it is the current one that hung up on a new connection', async () => {
    await expect(killedWhileAsked('GET', 'nothing')).rejects.toThrow('socket hang up');
  });

  it('may close idle connections while requests are on their way: none is lost, none runs twice', async () => {
    const runs = new Map<string, number>();
    const app = await startApp('app', (asked, answer) => {
      const { url = '', socket } = asked;
      runs.set(url, (runs.get(url) ?? 0) + 1);
      answer.on('finish', () => setTimeout(() => socket.destroy(), Number(url.slice(1)) % 3));
      answer.end(url);
    });
    const proxy = await openProxy();
    proxy.switchTo(app.upstream);
    const client = async (first: number) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      onTestFinished(() => agent.destroy());
      for (let number = first; number < first + 30; number++) {
        await new Promise((resolve) => setTimeout(resolve, number % 4));
        const path = `/${number}`;
        expect(await ask(proxy.port, path, { agent })).toEqual({ status: 200, body: path });
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, index) => client(index * 30)));
    expect([...runs.values()].filter((count) => count !== 1)).toEqual([]);
    expect(runs.size).toBe(300);
  }, 60_000);

  it('may close idle connections without the client noticing', async () => {
    const app = await startApp('app');
    const proxy = await openProxy();
    proxy.switchTo(app.upstream);
    const client = await RawClient.to(proxy.port);
    client.send(get);
    await client.heard('app');
    const gone = new Promise((resolve) => setTimeout(resolve, 50));
    app.server.closeIdleConnections();
    await gone;
    client.send(get);
    await client.heard('app');
  });

  it('is waited for when it refuses connections for a moment', async () => {
    const proxy = await openProxy();
    proxy.switchTo(await deadUpstream());
    const answer = ask(proxy.port);
    await new Promise((resolve) => setTimeout(resolve, 100));
    proxy.switchTo((await startApp('at last')).upstream);
    expect(await answer).toMatchObject({ body: 'at last' });
  });
});

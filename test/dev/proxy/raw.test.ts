import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ask, openProxy, RawClient, startApp, startTcpApp } from '../../support/proxy.ts';

const upgrade = 'GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

/** An app that answers an upgrade and then says everything back with its name. */
async function startWebsocketApp(name: string) {
  const app = await startApp(name);
  app.server.on('upgrade', (_asked, socket, head: Buffer) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const say = (chunk: Buffer) => socket.write(`${name}:${chunk}`);
    if (head.length > 0) say(head);
    socket.on('data', say).on('end', () => socket.end());
  });
  return app;
}

const echo = (name: string) => (socket: Socket) => {
  socket.on('data', (chunk) => socket.write(`${name}:${chunk}`));
  socket.on('end', () => socket.end());
};

describe('a websocket through the port proxy', () => {
  it('is carried as it is, the frames that follow the request closely too', async () => {
    const app = await startWebsocketApp('one');
    const proxy = await openProxy();
    proxy.switchTo(app.upstream);
    const client = await RawClient.to(proxy.port);
    client.send(`${upgrade}first`);
    expect(await client.heard('one:first')).toMatch(/^HTTP\/1.1 101 /);
    client.send('\x81GET / HTTP/1.1\r\n\r\n');
    await client.heard('GET / HTTP/1.1\r\n\r\n');
  });

  it('has what the app says in one piece with its answer', async () => {
    const upstream = await startTcpApp((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst'),
      ),
    );
    const proxy = await openProxy();
    proxy.switchTo(upstream);
    const client = await RawClient.to(proxy.port);
    client.send(upgrade);
    await client.heard('\r\n\r\nfirst');
  });

  it('that the app resets ends, and the next version answers', async () => {
    const upstream = await startTcpApp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const proxy = await openProxy();
    proxy.switchTo(upstream);
    const client = await RawClient.to(proxy.port);
    client.send(upgrade);
    expect(await client.ended()).toBe('');
    proxy.switchTo((await startApp('two')).upstream);
    expect(await ask(proxy.port)).toEqual({ status: 200, body: 'two' });
  });

  it('stays with its version over a switch, and is closed after the drain time', async () => {
    const [one, two] = [await startWebsocketApp('one'), await startWebsocketApp('two')];
    const proxy = await openProxy({ drainTime: 300 });
    proxy.switchTo(one.upstream);
    const client = await RawClient.to(proxy.port);
    client.send(upgrade);
    await client.heard('\r\n\r\n');
    proxy.switchTo(two.upstream);
    client.send('still here');
    await client.heard('one:still here');
    await client.ended();
    expect(await client.closed).toBe('end');
    await proxy.drained();
  });

  it('that is refused leaves an ordinary connection', async () => {
    const app = await startApp('app', (asked, answer) =>
      answer.writeHead(asked.url === '/live' ? 400 : 200).end(asked.url),
    );
    const proxy = await openProxy();
    proxy.switchTo(app.upstream);
    const client = await RawClient.to(proxy.port);
    client.send(upgrade);
    await client.heard('400');
    proxy.switchTo((await startApp('two')).upstream);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.heard('two');
  });
});

describe('a protocol that the port proxy does not know', () => {
  it.each(['hello', '\x00\x01\x02', 'HELO me\r\n'])('is carried as it is: %j', async (words) => {
    const proxy = await openProxy();
    proxy.switchTo(await startTcpApp(echo('one')));
    const client = await RawClient.to(proxy.port);
    client.send(words);
    await client.heard(`one:${words}`);
    client.send('more');
    await client.heard('one:more');
  });

  it('may be one in which the server speaks first', async () => {
    const proxy = await openProxy();
    proxy.switchTo(await startTcpApp((socket) => socket.write('220 ready\r\n')));
    const client = await RawClient.to(proxy.port);
    await client.heard('220 ready\r\n');
  });

  it('keeps both halves of a connection apart, also while it waits for a version', async () => {
    const proxy = await openProxy();
    const app = await startTcpApp((socket) => {
      const hash = createHash('sha1');
      socket.on('data', (chunk) => hash.update(chunk));
      socket.on('end', () => socket.end(hash.digest('hex')));
    });
    const words = ['\x00abc', Buffer.alloc(3_000_000, '\x00abc')];
    const clients = await Promise.all(words.map(() => RawClient.to(proxy.port)));
    for (const [index, client] of clients.entries()) client.socket.end(words[index] ?? '');
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.switchTo(app);
    for (const [index, client] of clients.entries()) {
      expect(await client.ended()).toBe(
        createHash('sha1')
          .update(words[index] ?? '')
          .digest('hex'),
      );
    }
  });

  it('passes on the end of the app, and a reset as a reset', async () => {
    const proxy = await openProxy();
    proxy.switchTo(await startTcpApp((socket) => socket.end('bye')));
    const client = await RawClient.to(proxy.port);
    expect(await client.ended()).toBe('bye');
    proxy.switchTo(
      await startTcpApp((socket) => {
        socket.write('oh', () => setTimeout(() => socket.resetAndDestroy(), 20));
      }),
    );
    const other = await RawClient.to(proxy.port);
    await other.heard('oh');
    expect(await other.closed).toBe('reset');
  });

  it('drains over a switch, then is closed', async () => {
    const proxy = await openProxy({ drainTime: 300 });
    proxy.switchTo(await startTcpApp(echo('one')));
    const client = await RawClient.to(proxy.port);
    client.send('\x01');
    await client.heard('one:\x01');
    proxy.switchTo((await startApp('two')).upstream);
    client.send('\x02');
    await client.heard('one:\x02');
    expect(await ask(proxy.port)).toMatchObject({ body: 'two' });
    await client.ended();
  });
});

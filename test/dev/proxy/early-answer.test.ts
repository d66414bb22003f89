import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openProxy, RawClient, startApp, startTcpApp } from '../../support/proxy.ts';

const tooLarge = 'HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Length: 9\r\n\r\ntoo large';
const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n';

/** Answers when the head has come, reads no more, and goes away. */
function answerEarly(answer: string, leave: (socket: Socket) => void) {
  return startTcpApp((socket) => {
    socket.once('data', () => {
      socket.pause();
      socket.write(answer, () => leave(socket));
    });
  });
}

/** Sends the whole body, whatever comes meanwhile, and then reads. Gives all that it got. */
async function upload(port: number): Promise<string> {
  const client = await RawClient.to(port);
  client.send(head);
  const piece = 'x'.repeat(80_000);
  for (let sent = 0; sent < 100; sent++) {
    client.send(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return client.ended();
}

describe('an answer that comes before the request was read', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['closes at once', (socket) => void socket.destroy()],
    ['resets the connection', (socket) => void socket.resetAndDestroy()],
    ['closes its side and stays', (socket) => void socket.end()],
  ])(
    'arrives each time when the app %s',
    async (_name, leave) => {
      const proxy = await openProxy();
      proxy.switchTo(await answerEarly(tooLarge, leave));
      for (let round = 0; round < 20; round++) expect(await upload(proxy.port)).toBe(tooLarge);
    },
    60_000,
  );

  it('arrives as well when its end is that of the connection', async () => {
    const answer = 'HTTP/1.0 401 Unauthorized\r\n\r\nwho are you?';
    const proxy = await openProxy();
    proxy.switchTo(await answerEarly(answer, (socket) => void socket.destroy()));
    for (let round = 0; round < 20; round++) expect(await upload(proxy.port)).toBe(answer);
  }, 60_000);

  it('arrives from a server of Node.js that closes all its connections', async () => {
    const app = await startApp('app', (asked, answer) => {
      answer.writeHead(413, { Connection: 'close' }).end('too large', () => asked.socket.destroy());
    });
    const proxy = await openProxy();
    proxy.switchTo(app.upstream);
    for (let round = 0; round < 20; round++)
      expect(await upload(proxy.port)).toMatch(/^HTTP\/1.1 413 [\s\S]*too large/);
  }, 60_000);
});

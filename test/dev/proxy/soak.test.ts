import { readFileSync } from 'node:fs';
import { Agent, type RequestListener } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer, Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../../support/certificates.ts';
import { portOf } from '../../support/http-server.ts';
import { ask, gate, openProxy, type Question, RawClient, startApp } from '../../support/proxy.ts';

const switches = 60;
const requests = 10_000;
const clients = 20;
const longPosts = 6;

/** Runs by the number of the request, over all versions. */
const runs = new Map<string, number>();

const answerIn: Record<string, RequestListener> = {
  plain: (asked, answer) => asked.resume().on('end', () => answer.end('done')),
  chunks: (asked, answer) => {
    asked.resume();
    answer.write('do');
    setImmediate(() => answer.end('ne'));
  },
  last: (asked, answer) => asked.resume().on('end', () => answer.setHeader('Connection', 'close').end('done')),
  // Answered, and gone, before the body was read.
  early: (asked, answer) => {
    answer.writeHead(413, { Connection: 'close', 'Content-Length': 4 }).end('done', () => asked.socket.destroy());
  },
  // More than a switch, and more than several.
  long: (asked, answer) => {
    asked.resume();
    setTimeout(() => answer.end('done'), 10_000);
  },
};

/** Paths are `/KIND/NUMBER`. */
const listener: RequestListener = (asked, answer) => {
  const [, kind = '', number = ''] = asked.url?.split('/') ?? [];
  runs.set(number, (runs.get(number) ?? 0) + 1);
  answerIn[kind]?.(asked, answer);
};

async function startVersion() {
  const app = await startApp('version', listener);
  app.server.on('upgrade', (_asked, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.on('error', () => {}).on('data', (chunk) => socket.write(chunk));
    socket.on('end', () => socket.end());
  });
  return app;
}

const questions: readonly (readonly [kind: string, question: Question, status: number])[] = [
  ['plain', {}, 200],
  ['chunks', {}, 200],
  ['plain', { method: 'POST', body: 'x'.repeat(50_000) }, 200],
  ['last', {}, 200],
  ['early', { method: 'POST', body: 'x'.repeat(500_000) }, 413],
  ['plain', { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' }, body: 'piece' }, 200],
];

it(`of ${requests} requests over ${switches} switches none is lost and none is run twice`, async () => {
  const failed: string[] = [];
  let answered = 0;
  const proxy = await openProxy({ drainTime: 60_000, onNotice: (text) => failed.push(text) });
  const one = async (number: number, kind: string, question: Question, status: number) => {
    const answer = await ask(proxy.port, `/${kind}/${number}`, question).catch(String);
    if (typeof answer === 'string' || answer.status !== status || answer.body !== 'done')
      failed.push(`${kind} ${number}: ${JSON.stringify(answer)}`);
    answered += 1;
  };
  const client = async (first: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    for (let number = first; number < requests; number += clients) {
      const [kind, question, status] = questions[number % questions.length] ?? ['plain', {}, 200];
      await one(number, kind, first % 4 === 0 ? question : { ...question, agent }, status);
    }
  };

  let version = await startVersion();
  proxy.switchTo(version.upstream, 0);
  let isOver = false;
  const stop = gate();
  const websocket = async () => {
    while (!isOver) {
      const socket = await RawClient.to(proxy.port);
      socket.send('GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      if (!(await socket.heard('\r\n\r\n')).startsWith('HTTP/1.1 101 ')) failed.push('a websocket was refused');
      // It is closed after a switch, and comes again.
      await Promise.race([socket.ended().catch(String), stop.opened]);
      socket.socket.destroy();
    }
  };
  const sockets = [websocket(), websocket()];
  const posts = Array.from({ length: longPosts }, (_, index) => one(requests + index, 'long', { method: 'POST' }, 200));
  const all = Promise.all(Array.from({ length: clients }, (_, first) => client(first)));

  const stopped: Promise<void>[] = [];
  for (let number = 1; number <= switches; number++) {
    while (answered < (requests * number) / (switches + 1)) await new Promise((resolve) => setTimeout(resolve, 1));
    const old = version;
    version = await startVersion();
    proxy.switchTo(version.upstream, number);
    // As the session does: an old version is stopped when it has nothing more to do.
    stopped.push(proxy.drained(old.upstream).then(() => old.kill()));
  }
  await Promise.all([all, ...posts]);
  isOver = true;
  stop.open();
  await Promise.all([...sockets, ...stopped]);
  expect(failed).toEqual([]);
  expect(answered).toBe(requests + longPosts);
  expect([...runs].filter(([, count]) => count !== 1)).toEqual([]);
  expect(runs.size).toBe(requests + longPosts);
}, 300_000);

/** From then on a connection that can't be read counts as idle; milliseconds. */
const silence = 100;

it(`clients of TLS and HTTP/2 lose nothing over ${switches} switches, and nothing is run twice`, async () => {
  const { key, cert, authority } = makeCertificate();
  const ca = readFileSync(authority);
  const failed: string[] = [];
  const proxies = [await openProxy({ drainTime: 60_000 }), await openProxy({ drainTime: 60_000 })];
  const [secure, plain] = proxies.map(({ port }) => port);
  const startTlsVersion = () => startServer(createHttpsServer({ key, cert }, listener));
  const startH2cVersion = () => startServer(createHttp2Server((asked, answer) => listenTo(asked.url, answer)));
  let isOver = false;

  const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1, ca });
  onTestFinished(() => agent.destroy());
  const overTls = (number: string) =>
    new Promise<string>((resolve, reject) => {
      const asked = httpsRequest({ host: '127.0.0.1', port: secure, path: `/plain/${number}`, agent, method: 'POST' });
      asked.on('error', reject).on('response', (answer) => text(answer).then(resolve, reject));
      asked.end('x'.repeat(5_000));
    });
  let session: ClientHttp2Session | undefined;
  const overH2c = async (number: string) => {
    if (session === undefined || session.closed || session.destroyed) {
      session = connectHttp2(`http://127.0.0.1:${plain}`);
      session.on('error', () => {});
    }
    return text(session.request({ ':path': `/plain/${number}` }));
  };
  onTestFinished(() => session?.destroy());
  /** In bursts, with pauses long enough to be hung up on. What the old version has not seen is asked again, as browsers do. */
  const client = async (name: string, one: (number: string) => Promise<string>) => {
    let count = 0;
    for (; !isOver || count <= switches; count += 1) {
      const number = `${name}-${count}`;
      for (;;) {
        const began = performance.now();
        const answer = await one(number).catch(String);
        if (answer === 'done') break;
        if (!runs.has(number)) continue;
        // A connection that says nothing for so long is closed at a switch, whatever goes on behind it.
        if (performance.now() - began < silence) failed.push(`${number}: ${answer}`);
        break;
      }
      await sleep(count % 10 === 9 ? 150 : 2);
    }
    return count;
  };
  proxies[0]?.switchTo(await startTlsVersion(), 0);
  proxies[1]?.switchTo(await startH2cVersion(), 0);
  const counts = Promise.all([client('tls', overTls), client('h2c', overH2c)]);
  for (let number = 1; number <= switches; number += 1) {
    await sleep(30);
    proxies[0]?.switchTo(await startTlsVersion(), number);
    proxies[1]?.switchTo(await startH2cVersion(), number);
  }
  isOver = true;
  const asked = await counts;
  expect(failed).toEqual([]);
  for (const count of asked) expect(count).toBeGreaterThan(switches);
  expect([...runs].filter(([number, count]) => /^(tls|h2c)-/.test(number) && count !== 1)).toEqual([]);
}, 120_000);

function listenTo(path: string, answer: { end(text: string): void }): void {
  const number = path.split('/').at(-1) ?? '';
  runs.set(number, (runs.get(number) ?? 0) + 1);
  answer.end('done');
}

async function startServer(server: Server): Promise<{ host: string; port: number }> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => open.add(socket));
  onTestFinished(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: portOf(server) };
}

it('clients of HTTP/2 lose nothing that they ask after they were hung up on', async () => {
  const proxy = await openProxy({ drainTime: 60_000 });
  const startHttp2 = async (name: string) => {
    const server = createHttp2Server().on('stream', (stream) => {
      stream.respond();
      stream.end(name);
    });
    const open = new Set<{ destroy(): void }>();
    server.on('session', (session) => open.add(session));
    onTestFinished(() => {
      server.close();
      for (const session of open) session.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { host: '127.0.0.1', port };
  };
  for (let number = 0; number < 10; number++) {
    proxy.switchTo(await startHttp2(`version ${number}`));
    const session = connectHttp2(`http://127.0.0.1:${proxy.port}`);
    onTestFinished(() => session.destroy());
    const closed = new Promise((resolve) => session.once('close', resolve));
    for (let index = 0; index < 20; index++) {
      const body = (await buffer(session.request({ ':path': '/' }))).toString();
      expect(body).toBe(`version ${number}`);
    }
    proxy.suspend();
    await closed;
  }
}, 60_000);

import { type Agent, createServer, type RequestListener, request, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { openPortProxy, type PortProxy, type ProxyOptions } from '../../source/dev/proxy/proxy.ts';
import type { Upstream } from '../../source/run/addressing.ts';

export async function openProxy(options: Partial<ProxyOptions> = {}): Promise<PortProxy> {
  const proxy = await openPortProxy({
    host: '127.0.0.1',
    port: 0,
    switchTimeout: 10_000,
    drainTime: 10_000,
    isAllowedHost: () => true,
    onNotice: () => {},
    onRequest: () => {},
    ...options,
  });
  onTestFinished(() => proxy.close());
  return proxy;
}

export interface App {
  readonly upstream: Upstream;
  readonly server: Server;
  /** As when its container is killed. */
  kill(): Promise<void>;
}

/** A version of an app that by default answers every request with its name. */
export async function startApp(name: string, listener?: RequestListener): Promise<App> {
  const server = createServer(listener ?? ((_asked, answer) => answer.end(name)));
  const upstream = await listenOn(server);
  const kill = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(async () => {
    if (server.listening) await kill();
  });
  return { upstream, server, kill };
}

/** A server that speaks something else than HTTP. */
export async function startTcpApp(onConnection: (socket: Socket) => void): Promise<Upstream> {
  const open = new Set<Socket>();
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    onConnection(socket);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return listenOn(server);
}

/** A port where nobody listens. */
export async function deadUpstream(): Promise<Upstream> {
  const server = createTcpServer();
  const upstream = await listenOn(server);
  await new Promise((resolve) => server.close(resolve));
  return upstream;
}

async function listenOn(server: Server | ReturnType<typeof createTcpServer>): Promise<Upstream> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { host: '127.0.0.1', port: address.port };
}

export interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

export interface Question {
  readonly agent?: Agent;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** Without an agent: on a connection of its own. */
export function ask(port: number, path = '/', question: Question = {}): Promise<Answer> {
  const { agent, method = 'GET', headers = {}, body } = question;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: agent ?? false });
    asked.on('error', reject);
    asked.on('response', (response) => {
      buffer(response).then(
        (bytes) => resolve({ status: response.statusCode, body: bytes.toString('latin1') }),
        reject,
      );
    });
    asked.end(body);
  });
}

/** A client that says exactly what it is told to. */
export class RawClient {
  readonly socket: Socket;
  readonly closed: Promise<'reset' | 'end'>;
  #received = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    let how: 'reset' | 'end' = 'end';
    socket.on('error', () => {
      how = 'reset';
    });
    this.closed = new Promise((resolve) => socket.on('close', () => resolve(how)));
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
    });
    onTestFinished(() => {
      socket.destroy();
    });
  }

  static async to(port: number): Promise<RawClient> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawClient(socket);
  }

  get received(): string {
    return this.#received;
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Resolves when this has been received; then forgets all that was. */
  async heard(text: string): Promise<string> {
    while (!this.#received.includes(text)) {
      if (this.socket.readableEnded) throw new Error(`the connection ended after ${JSON.stringify(this.#received)}`);
      await new Promise((resolve) => this.socket.once('data', resolve).once('end', resolve));
    }
    const all = this.#received;
    this.#received = '';
    return all;
  }

  /** Resolves when the other side has said all it has to say; rejects when it breaks off. */
  async ended(): Promise<string> {
    if (!this.socket.readableEnded) {
      await new Promise((resolve, reject) => this.socket.once('end', resolve).once('error', reject));
    }
    this.socket.end();
    return this.#received;
  }
}

/** A promise and the way to settle it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

import { createServer, type Server, type Socket } from 'node:net';
import { messageOf, StiError } from '../../errors.ts';

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Of what answers here, and not of what another program answers under the same name. */
  readonly url: string;
  onError(listener: (error: Error) => void): void;
  /** Stops listening; resolves when every connection is closed. */
  close(): Promise<void>;
}

const [loopback, loopback6] = ['127.0.0.1', '::1'];
/** This machine has no IPv6. */
const withoutIpv6 = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

/**
 * Listens on a port of one address; for 127.0.0.1 on the same port of ::1 as well, since a browser may ask either of them
 * for `localhost`. Where another program has that, the address stands for itself.
 * @param port 0: any free one
 * Rejects with `usage`, naming the port, when it can't.
 */
export async function listen(host: string, port: number, accept: (socket: Socket) => void): Promise<Listening> {
  const first = await open(host, port, accept);
  const servers = [first.server];
  let name = host.includes(':') ? `[${host}]` : host;
  if (host === loopback) {
    const second = await open(loopback6, first.port, accept).catch((error: unknown) => {
      if (withoutIpv6.includes(codeOf(causeOf(error)))) name = 'localhost';
    });
    if (second !== undefined) {
      servers.push(second.server);
      name = 'localhost';
    }
  }
  return {
    host: first.host,
    port: first.port,
    url: `http://${name}:${first.port}`,
    onError(listener) {
      for (const server of servers) server.on('error', listener);
    },
    async close() {
      await Promise.all(servers.map(closed));
    },
  };
}

/** The next port from `wanted` on that is free on that host and, for 127.0.0.1, on ::1. Rejects with `usage` when there is none. */
export async function freePort(host: string, wanted: number): Promise<number> {
  for (let port = wanted; port <= 65_535; port++) if (await isFree(host, port)) return port;
  throw new StiError('usage', `no port from ${wanted} on is free on ${host}`, {
    hint: 'Choose another with --port HOST:CONTAINER.',
  });
}

async function isFree(host: string, port: number): Promise<boolean> {
  try {
    await closed((await open(host, port, () => {})).server);
  } catch (thrown) {
    // Below 1024 an ordinary user may have none; the next one may be allowed.
    if (['EADDRINUSE', 'EACCES'].includes(codeOf(causeOf(thrown)))) return false;
    throw thrown;
  }
  if (host !== loopback) return true;
  const taken = await open(loopback6, port, () => {}).then(
    ({ server }) => closed(server),
    (thrown: unknown) => codeOf(causeOf(thrown)) === 'EADDRINUSE',
  );
  return taken !== true;
}

async function open(host: string, port: number, accept: (socket: Socket) => void) {
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(host, port, cause)));
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`no port: ${address}`);
  return { server, host: address.address, port: address.port };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

function cannotListen(host: string, port: number, cause: unknown): StiError {
  const code = codeOf(cause);
  if (code === 'EADDRINUSE') {
    return new StiError('usage', `port ${port} on ${host} is taken`, {
      cause,
      hint: 'Stop the program that has it, or choose another port with --port HOST:CONTAINER.',
    });
  }
  if (code === 'EACCES') {
    return new StiError('usage', `no permission to listen on port ${port} of ${host}`, {
      cause,
      hint: 'Choose a port above 1023 with --port HOST:CONTAINER.',
    });
  }
  return new StiError('usage', `can't listen on port ${port} of ${host}: ${messageOf(cause)}`, {
    cause,
    hint: 'Give an address of this machine to --host, or leave it out for 127.0.0.1.',
  });
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.cause : undefined;
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

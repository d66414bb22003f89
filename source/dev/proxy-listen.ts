import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { messageOf, StiError } from '../errors.ts';

/** @returns where the server listens. Rejects with `usage`, naming the port, when it can't. */
export async function listen(server: Server, host: string, port: number): Promise<{ host: string; port: number }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(host, port, cause)));
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`no port: ${address}`);
  return { host: address.address, port: address.port };
}

/** The next free port from `wanted` on, on that host. Rejects with `usage` when there is none. */
export async function freePort(host: string, wanted: number): Promise<number> {
  for (let port = wanted; port <= 65_535; port++) {
    const server = createServer();
    try {
      return (await listen(server, host, port)).port;
    } catch (thrown) {
      // Below 1024 an ordinary user may have none; the next one may be allowed.
      if (!['EADDRINUSE', 'EACCES'].includes(codeOf(causeOf(thrown)))) throw thrown;
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }
  throw new StiError('usage', `no port from ${wanted} on is free on ${host}`, {
    hint: 'Ask for another one with --port HOST:CONTAINER.',
  });
}

function cannotListen(host: string, port: number, cause: unknown): StiError {
  const code = codeOf(cause);
  if (code === 'EADDRINUSE') {
    return new StiError('usage', `port ${port} on ${host} is taken`, {
      cause,
      hint: 'Stop the program that has it, or ask for another port with --port HOST:CONTAINER.',
    });
  }
  if (code === 'EACCES') {
    return new StiError('usage', `this user may not listen on port ${port} of ${host}`, {
      cause,
      hint: 'Ask for a port above 1023 with --port HOST:CONTAINER.',
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

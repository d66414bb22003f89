import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import { StiError } from '../errors.ts';
import type { Endpoint, TlsSettings } from './endpoints.ts';
import { codeOf } from './failure.ts';

/** HTTP to one engine: over a unix socket, TCP or TLS, with connections that are kept for the next request. */
export interface Transport {
  readonly endpoint: Endpoint;
  readonly agent: http.Agent;
  readonly secure: boolean;
  request(options: http.RequestOptions): http.ClientRequest;
  /** Takes over a connection that left HTTP, so that `close` ends it with the others. */
  adopt(connection: Duplex): void;
  close(): void;
}

/** Opens no connection yet. Rejects with `engine-unreachable` when TLS files that the user named are not there. */
export async function createTransport(endpoint: Endpoint): Promise<Transport> {
  const { target } = endpoint;
  const tls = 'tls' in target ? target.tls : undefined;
  // TLS takes 5 ms to load, and most engines are behind a socket.
  const https = tls && (await import('node:https')).default;
  const agent =
    https && tls
      ? new https.Agent({ keepAlive: true, rejectUnauthorized: tls.verify, ...(await readTlsFiles(tls)) })
      : // A server name only means something to TLS; to find out, Node compiles its IPv6 pattern: 14 ms at every start.
        new http.Agent({ keepAlive: true, ...{ servername: '' } });
  // docker-modem prints all its options into a debug line at every request, whether anyone reads it or not; an agent
  // with its open sockets would be a good part of what a request costs.
  Object.assign(agent, { [inspect.custom]: () => 'Agent' });
  const place = 'socketPath' in target ? { socketPath: target.socketPath } : { host: target.host, port: target.port };
  const adopted = new Set<Duplex>();
  return {
    endpoint,
    agent,
    secure: tls !== undefined,
    request: (options) => (https ?? http).request({ ...place, agent, ...options }),
    adopt(connection) {
      adopted.add(connection);
      connection.once('close', () => adopted.delete(connection));
    },
    close() {
      agent.destroy();
      for (const connection of adopted) connection.destroy();
    },
  };
}

async function readTlsFiles({ folder, named }: TlsSettings): Promise<{ ca?: Buffer; cert?: Buffer; key?: Buffer }> {
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => read(join(folder, name))));
  if (named && !ca && !cert && !key) {
    throw new StiError('engine-unreachable', `DOCKER_CERT_PATH has no ca.pem, cert.pem or key.pem: ${folder}`, {
      hint: 'Set DOCKER_CERT_PATH to the folder with the certificates for the engine.',
    });
  }
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function read(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return undefined;
    throw new StiError('engine-unreachable', `${file} cannot be read (${codeOf(cause)})`, { cause });
  }
}

import http from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import { readBounded } from '../../bounded-read.ts';
import { StiError } from '../../errors.ts';
import type { Endpoint, Environment, TlsSettings } from '../endpoint/candidates.ts';

/** HTTP to one engine: over a unix socket, TCP, TLS or ssh, with connections that are kept for the next request. */
export interface EngineConnection {
  readonly endpoint: Endpoint;
  /** What requests name, beside the agent. */
  readonly place: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  readonly agent: http.Agent;
  readonly secure: boolean;
  request(options: http.RequestOptions): http.ClientRequest;
  /** Takes over a connection that left HTTP, so that `close` ends it with the others. */
  adopt(connection: Duplex): void;
  /** What the program says that makes the connections, of one that it couldn't make. */
  lastWords(): Promise<string | undefined>;
  close(): void;
}

/**
 * Opens no connection yet. Rejects with `engine-unreachable` when TLS files that the user named are not there.
 * @param env for a program that makes the connections
 */
export async function createTransport(endpoint: Endpoint, env: Environment = {}): Promise<EngineConnection> {
  const { target } = endpoint;
  const tls = 'tls' in target ? target.tls : undefined;
  const dialer = 'ssh' in target ? (await import('../ssh/dial.ts')).createSshDialer(target.ssh, env) : undefined;
  // TLS takes 5 ms to load, and most engines are behind a socket.
  const https = tls && (await import('node:https')).default;
  const agent =
    https && tls
      ? new https.Agent({ keepAlive: true, rejectUnauthorized: tls.verify, ...(await readTlsFiles(tls)) })
      : // A server name only means something to TLS; to find out, Node compiles its IPv6 pattern: 14 ms at every start.
        new http.Agent({ keepAlive: true, ...{ servername: '' } });
  if (dialer !== undefined) agent.createConnection = () => dialer.dial();
  // docker-modem prints all its options into a debug line at every request, whether anyone reads it or not; an agent
  // with its open sockets would be a good part of what a request costs.
  Object.assign(agent, { [inspect.custom]: () => 'Agent' });
  const place = placeOf(target);
  const adopted = new Set<Duplex>();
  return {
    endpoint,
    place,
    agent,
    secure: tls !== undefined || dialer !== undefined,
    request: (options) => (https ?? http).request({ ...place, agent, ...options }),
    adopt(connection) {
      adopted.add(connection);
      connection.once('close', () => adopted.delete(connection));
    },
    lastWords: async () => dialer?.lastWords(),
    close() {
      agent.destroy();
      for (const connection of adopted) connection.destroy();
      dialer?.close();
    },
  };
}

function placeOf(target: Endpoint['target']): EngineConnection['place'] {
  if ('socketPath' in target) return { socketPath: target.socketPath };
  // The docker command on the other side knows where its engine is.
  return 'ssh' in target ? { host: 'docker', port: 80 } : { host: target.host, port: target.port };
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
  const read = await readBounded(file, { maxBytes: 1024 * 1024, links: 'follow' });
  if (read.outcome === 'content') return read.content;
  if (read.outcome === 'absent') return undefined;
  throw new StiError('engine-unreachable', `${file} ${read.message}`, { cause: read.cause });
}

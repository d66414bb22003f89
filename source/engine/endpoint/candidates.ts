import { StiError } from '../../errors.ts';
import { parseEngineAddress, type SshPlace } from './address.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One place where an engine may be. */
export interface Endpoint {
  /** As a person would write it, without credentials: `unix:///var/run/docker.sock`, `tcp://10.0.0.1:2376`. */
  readonly address: string;
  /** What named it, in words: `DOCKER_HOST`. */
  readonly from: string;
  readonly target: SocketTarget | TcpTarget | SshTarget;
}
interface SocketTarget {
  readonly socketPath: string;
}
/** By the program `ssh`, and `docker` on the other side. */
interface SshTarget {
  readonly ssh: SshPlace;
}
interface TcpTarget {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsSettings;
}
export interface TlsSettings {
  /** Holds `ca.pem`, `cert.pem` and `key.pem`, each optional. */
  readonly folder: string;
  /** The user named the folder, so it must hold something. */
  readonly named: boolean;
  readonly verify: boolean;
}

/** A docker context, as `docker context use` chose it. */
export interface DockerContext {
  readonly name: string;
  readonly host: string;
  readonly tls?: TlsSettings;
}

export interface EndpointChoice {
  readonly url?: string | undefined;
  readonly env: Environment;
  readonly homeDir: string;
  readonly context?: DockerContext | undefined;
}

/**
 * The one engine that the user named: `--url`, then `DOCKER_HOST`, then the current docker context (docs/protocol.md,
 * "Command line"). It is used or it fails: nothing else is tried. undefined: none was named.
 */
export function namedEndpoint({ url, env, homeDir, context }: EndpointChoice): Endpoint | undefined {
  const tls = environmentTls(env, homeDir);
  if (url !== undefined) return endpointAt(url, '--url', tls);
  if (env['DOCKER_HOST']) return endpointAt(env['DOCKER_HOST'], 'DOCKER_HOST', tls);
  if (context === undefined) return undefined;
  const from = `docker context ${JSON.stringify(context.name)}`;
  return endpointAt(context.host, from, { used: context.tls, forHttps: context.tls });
}

/** Where engines listen by default, in the order in which they are tried. */
export function usualEndpoints(env: Environment, homeDir: string): Endpoint[] {
  const runtimeDir = env['XDG_RUNTIME_DIR'];
  const sockets = [
    '/var/run/docker.sock',
    ...(runtimeDir ? [`${runtimeDir}/docker.sock`] : []),
    `${homeDir}/.docker/run/docker.sock`,
    `${homeDir}/.docker/desktop/docker.sock`,
    '/run/podman/podman.sock',
    ...(runtimeDir ? [`${runtimeDir}/podman/podman.sock`] : []),
  ];
  return sockets.map(socketEndpoint);
}

export function socketEndpoint(socketPath: string): Endpoint {
  return { address: `unix://${socketPath}`, from: 'the usual sockets', target: { socketPath } };
}

interface TlsChoice {
  /** What an address without a scheme of its own gets. */
  readonly used: TlsSettings | undefined;
  /** What `https://` gets in any case. */
  readonly forHttps: TlsSettings | undefined;
}

/** As the docker client has it: any value of DOCKER_TLS_VERIFY turns TLS on. */
function environmentTls(env: Environment, homeDir: string): TlsChoice {
  const named = env['DOCKER_CERT_PATH'];
  const settings = { folder: named || `${homeDir}/.docker`, named: Boolean(named), verify: true };
  return { used: env['DOCKER_TLS_VERIFY'] ? settings : undefined, forHttps: settings };
}

function endpointAt(text: string, from: string, tls: TlsChoice): Endpoint {
  const address = parseEngineAddress(text);
  if (address === undefined) throw notAnAddress(text, from);
  if (address.scheme === 'unix') return { ...socketEndpoint(address.path), from };
  if (address.scheme === 'ssh') return { address: sshText(address), from, target: { ssh: address } };
  const secure = address.scheme === 'https' ? tls.forHttps : tls.used;
  const port = address.port ?? (secure ? 2376 : 2375);
  // Node takes IPv6 addresses without the brackets of a URL.
  const host = address.host.replace(/^\[(.*)\]$/, '$1');
  const target = { host, port, ...(secure && { tls: secure }) };
  return { address: `tcp://${address.host}:${port}`, from, target };
}

/** `ssh://me@machine:22/run/docker.sock` */
function sshText({ user, host, port, socketPath = '' }: SshPlace): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  return `ssh://${user === undefined ? '' : `${user}@`}${shown}${port === undefined ? '' : `:${port}`}${socketPath}`;
}

function notAnAddress(text: string, from: string): StiError {
  const shown = text.replace(/\/\/[^/]*@/, '//…@');
  return new StiError('engine-unreachable', `${from} is not the address of an engine: ${JSON.stringify(shown)}`, {
    hint: 'Write unix:///path/to/socket, tcp://host:port or ssh://user@host.',
  });
}

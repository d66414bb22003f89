import { StiError } from '../errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One place where an engine may be. */
export interface Endpoint {
  /** As a person would write it, without credentials: `unix:///var/run/docker.sock`, `tcp://10.0.0.1:2376`. */
  readonly address: string;
  readonly target: SocketTarget | TcpTarget;
}
export interface SocketTarget {
  readonly socketPath: string;
}
export interface TcpTarget {
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
 * The one engine that the user named: `--url`, then `DOCKER_HOST`, then the current docker context (PROTOCOL.md,
 * "Command line"). It is used or it fails: nothing else is tried. undefined: none was named.
 */
export function namedEndpoint({ url, env, homeDir, context }: EndpointChoice): Endpoint | undefined {
  const tls = environmentTls(env, homeDir);
  if (url !== undefined) return parseAddress(url, '--url', tls);
  if (env['DOCKER_HOST']) return parseAddress(env['DOCKER_HOST'], 'DOCKER_HOST', tls);
  if (context === undefined) return undefined;
  const from = `docker context ${JSON.stringify(context.name)}`;
  return parseAddress(context.host, from, { used: context.tls, forHttps: context.tls });
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
  return { address: `unix://${socketPath}`, target: { socketPath } };
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

function parseAddress(text: string, from: string, tls: TlsChoice): Endpoint {
  const socketPath = text.startsWith('unix://') ? text.slice('unix://'.length) : text;
  if (socketPath.startsWith('/')) return socketEndpoint(socketPath);
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text) ?? [];
  if (scheme === 'ssh') throw noSsh(rest, from);
  const secure = scheme === 'https' ? tls.forHttps : tls.used;
  const url = ['tcp', 'http', 'https'].includes(scheme) ? parseUrl(`tcp://${rest}`) : undefined;
  // A colon without a port is a mistyped `unix:`, and a path would lead nowhere.
  const isWhole = url !== undefined && url.hostname !== '' && !rest.endsWith(':') && /^\/?$/.test(url.pathname);
  if (!isWhole) throw notAnAddress(text, from);
  const port = url.port === '' ? (secure ? 2376 : 2375) : Number(url.port);
  // Node takes IPv6 addresses without the brackets of a URL.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const target = { host, port, ...(secure && { tls: secure }) };
  return { address: `tcp://${url.hostname}:${port}`, target };
}

function noSsh(rest: string, from: string): StiError {
  const host = rest.replace(/\/.*$/s, '').replace(/:[^@]*@/, '@');
  return new StiError('engine-unreachable', `${from} names ssh://${host}: sti cannot reach an engine through ssh yet`, {
    hint: `Forward its socket with ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock ${host} and use --url unix:///tmp/engine.sock (docker -H unix:///tmp/engine.sock version shows whether it works).`,
  });
}

function notAnAddress(text: string, from: string): StiError {
  const shown = text.replace(/\/\/[^/]*@/, '//…@');
  return new StiError('engine-unreachable', `${from} is not the address of an engine: ${JSON.stringify(shown)}`, {
    hint: 'Write unix:///path/to/socket or tcp://host:port.',
  });
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** An engine's address as people write it, in parts. */
export type EngineAddress =
  | { readonly scheme: 'unix'; readonly path: string }
  | {
      readonly scheme: 'tcp' | 'http' | 'https';
      /** As in a URL: an IPv6 address in brackets. */
      readonly host: string;
      readonly port: number | undefined;
    }
  | ({ readonly scheme: 'ssh' } & SshPlace);

/** Where ssh leads to; what isn't said is as its own settings have it. */
export interface SshPlace {
  readonly user: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
  /** Of the engine's socket there, when it isn't the one that `docker` uses there. */
  readonly socketPath: string | undefined;
}

/** Reads `unix:///path`, `/path`, `tcp://host:port`, `host:port`, `ssh://user@host` and the like; undefined when it is no address. */
export function parseEngineAddress(text: string): EngineAddress | undefined {
  const path = text.startsWith('unix://') ? text.slice('unix://'.length) : text;
  if (path.startsWith('/')) return { scheme: 'unix', path };
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text) ?? [];
  if (scheme === 'ssh') return sshAddress(rest);
  if (scheme !== 'tcp' && scheme !== 'http' && scheme !== 'https') return undefined;
  const url = URL.canParse(`tcp://${rest}`) ? new URL(`tcp://${rest}`) : undefined;
  // A colon without a port is a mistyped `unix:`, and a path would lead nowhere.
  if (url === undefined || url.hostname === '' || rest.endsWith(':') || !/^\/?$/.test(url.pathname)) return undefined;
  return { scheme, host: url.hostname, port: url.port === '' ? undefined : Number(url.port) };
}

/** Nothing in it can be an option of ssh, or more than a word to the shell on the other side. A password is no part of it. */
const sshPattern = /^(?:([\w.][\w.@+-]*)@)?([A-Za-z0-9_](?:[\w.-]*)|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?(\/[\w./-]*)?$/;

function sshAddress(rest: string): EngineAddress | undefined {
  const [, user, host, port, path = '/'] = sshPattern.exec(rest) ?? [];
  if (host === undefined) return undefined;
  return {
    scheme: 'ssh',
    user,
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: port === undefined ? undefined : Number(port),
    socketPath: path === '/' ? undefined : path,
  };
}

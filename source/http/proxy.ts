import { BlockList, isIP } from 'node:net';
import { HttpError } from './error.ts';

/** Environment variables, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL: `http_proxy` or `https_proxy`, unless `no_proxy` has its host; of two spellings the small one wins, as
 * in curl and git. A proxy without a scheme speaks HTTP.
 * @throws HttpError for a variable that is no proxy's URL
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const name = `${url.protocol.slice(0, -1)}_proxy`;
  const address = variable(env, name);
  if (address === '' || isExempt(url, variable(env, 'no_proxy'))) return undefined;
  const text = address.includes('://') ? address : `http://${address}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy === undefined || !['http:', 'https:'].includes(proxy.protocol)) {
    throw new HttpError(`the environment's ${name} is not the URL of an HTTP proxy`);
  }
  return proxy;
}

function variable(env: Environment, name: string): string {
  return (env[name] || env[name.toUpperCase()] || '').trim();
}

/** Entries are names (with their subdomains), addresses, ranges of addresses (`10.0.0.0/8`) or `*`; `:PORT` may follow. */
function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [, bracketed, plain = '', entryPort] = isIP(entry) === 6 ? [entry, entry] : splitPort(entry);
  if (entryPort !== undefined && entryPort !== port) return false;
  const name = bracketed ?? plain;
  const [address = '', bits] = name.split('/');
  if (isIP(address) !== 0) return isIP(host) === isIP(address) && isWithin(host, address, bits);
  const domain = name.replace(/^\*?\./, '').replace(/\.$/, '');
  return host === domain || (domain !== '' && host.endsWith(`.${domain}`));
}

/** `[::1]:80` or `name:80`; the port is optional. */
function splitPort(entry: string): readonly (string | undefined)[] {
  return /^(?:\[([^\]]*)\]|([^:[\]]*(?:\/\d+)?|[^[\]]*\/\d+))(?::(\d+))?$/.exec(entry) ?? [];
}

function isWithin(host: string, address: string, bits: string | undefined): boolean {
  const longest = isIP(address) === 6 ? 128 : 32;
  const prefix = bits === undefined ? longest : Number(bits);
  if (!(prefix <= longest)) return false;
  const family = longest === 128 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(host, family);
}

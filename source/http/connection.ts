import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { trustedAuthorities } from './certificates.ts';
import { basicAuth } from './credentials.ts';
import { type Environment, proxyFor } from './proxy.ts';

/** Throws a StiError when this address of the URL's host may not be connected to. */
export type Admit = (address: string, url: URL) => void;

export interface ConnectionOptions {
  readonly env: Environment;
  /** A file of authorities to trust as well. */
  readonly ca: string | undefined;
  readonly admit: Admit | undefined;
  readonly signal: AbortSignal;
}

/**
 * A connection for requests to one origin, through the proxy that the environment names for it. It is made with the first
 * request, and ends with the signal.
 */
export async function openConnection(
  url: URL,
  { env, ca: file, admit, signal }: ConnectionOptions,
): Promise<Dispatcher> {
  const { Agent, Client, ProxyAgent } = await import('undici');
  const ca = url.protocol === 'https:' ? await trustedAuthorities(env, file) : undefined;
  const connect = { signal, ...(ca && { ca }) };
  const proxy = proxyFor(url, env);
  if (proxy === undefined) {
    if (admit === undefined) return new Agent({ connect });
    admitLiteral(url, admit);
    return new Agent({ connect: { ...connect, lookup: admittingLookup(url, admit) } });
  }
  if (admit !== undefined) await admitBehindProxy(url, admit);
  const token = basicAuth(proxy);
  return new ProxyAgent({
    uri: proxy.origin,
    ...(token !== undefined && { token }),
    // A proxy forwards plain HTTP; many of them open tunnels to port 443 only.
    proxyTunnel: url.protocol === 'https:',
    proxyTls: connect,
    requestTls: connect,
    factory(origin, options) {
      const client = new Client(origin, options);
      // Where a proxy hangs up, undici would ask it again and again.
      return client.on('connectionError', (_origin, _targets, error) => void client.destroy(error));
    },
  });
}

/** A host that is an address is never looked up. */
function admitLiteral(url: URL, admit: Admit): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) admit(host, url);
}

/**
 * Looks a name up and has each of its addresses admitted. The connection is made to what this gives, so no second answer
 * of a name server (DNS rebinding) walks around it.
 */
function admittingLookup(url: URL, admit: Admit): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true } satisfies LookupOptions, (error, addresses) => {
      if (error !== null) return done(error, []);
      try {
        for (const { address } of addresses) admit(address, url);
      } catch (refused) {
        return done(refused instanceof Error ? refused : new Error(String(refused)), []);
      }
      const [first] = addresses;
      if (options.all === true || first === undefined) return done(null, addresses);
      done(null, first.address, first.family);
    });
  };
}

/** The proxy looks the name up for itself. What this machine knows of it is asked all the same; it may well know nothing. */
async function admitBehindProxy(url: URL, admit: Admit): Promise<void> {
  admitLiteral(url, admit);
  const addresses = await new Promise<readonly LookupAddress[]>((resolve) => {
    lookup(url.hostname, { all: true }, (error, found) => resolve(error === null ? found : []));
  });
  for (const { address } of addresses) admit(address, url);
}

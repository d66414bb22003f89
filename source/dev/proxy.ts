import { createServer } from 'node:net';
import { ClientConnection } from './proxy-client.ts';
import { listen } from './proxy-listen.ts';
import { type Route, type Upstream, Version } from './proxy-upstream.ts';

export { freePort } from './proxy-listen.ts';
export type { Upstream } from './proxy-upstream.ts';

/**
 * A port of this machine that leads to the current version of the app, whichever that is.
 *
 * Clients' connections outlive a switch. Of HTTP/1.x just enough is understood to know when a connection is between two
 * requests: then it leaves the old version at once, and its next request goes to the new one. Closing it instead would
 * lose the request that a client sends at that moment. Everything else (websockets, other protocols) is carried as it is,
 * stays with its version and is closed after the drain time. Bytes are never changed.
 */
export interface PortProxy {
  /** Where it really listens. */
  readonly host: string;
  readonly port: number;
  /**
   * Connections and requests that begin from now on go to `upstream`; what the old version is doing, it may finish
   * within the drain time.
   */
  switchTo(upstream: Upstream): void;
  /** The current version is gone and the next isn't ready: what begins from now on waits, up to the switch timeout. */
  hold(): void;
  /** Resolves when no version but the current one has a connection left, at the latest after the drain time. Before that an old version should not be stopped. */
  drained(): Promise<void>;
  /** Breaks every connection and stops listening. */
  close(): Promise<void>;
}

export interface ProxyOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** How long a connection or request waits for a version that accepts it, ms; then HTTP gets a 503, others are closed. */
  readonly switchTimeout: number;
  /** How long an old version's connections may go on, ms. */
  readonly drainTime: number;
  readonly onNotice: (text: string) => void;
}

/** Waits like after `hold` until the first `switchTo`. Rejects with `usage`, naming the port, when it's taken. */
export async function openPortProxy(options: ProxyOptions): Promise<PortProxy> {
  const { switchTimeout, drainTime, onNotice } = options;
  const clients = new Set<ClientConnection>();
  const draining = new Map<Version, NodeJS.Timeout>();
  let current: Version | undefined;
  let hasComplained = false;

  const route: Route = {
    get current() {
      return current;
    },
    switchTimeout,
  };
  const complain = (why: string) => {
    if (!hasComplained) onNotice(`port ${address.port}: a client waited ${switchTimeout / 1000} s in vain: ${why}`);
    hasComplained = true;
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, (socket) => {
    const client = new ClientConnection(socket, route, complain);
    clients.add(client);
    socket.once('close', () => clients.delete(client));
  });
  const address = await listen(server, options.host, options.port);
  server.on('error', (error) => onNotice(`port ${address.port}: ${error.message}`));

  const cut = (version: Version) => {
    draining.delete(version);
    for (const connection of version.connections) connection.cut();
  };
  const lead = (next: Version | undefined) => {
    const old = current;
    current = next;
    hasComplained = false;
    for (const client of clients) client.routeChanged();
    if (old && old.connections.size > 0) draining.set(old, setTimeout(cut, drainTime, old));
  };

  return {
    ...address,
    switchTo: (upstream) => lead(new Version(upstream)),
    hold: () => lead(undefined),
    async drained() {
      await Promise.all([...draining.keys()].map((version) => version.empty()));
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const timer of draining.values()) clearTimeout(timer);
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

import type { Socket } from 'node:net';
import type { Upstream } from '../../run/addressing.ts';
import { Backend, type Route } from './backend.ts';
import { ClientConnection } from './client.ts';
import type { HostCheck } from './hosts.ts';
import { type Listening, listen } from './listen.ts';
import type { RequestRecord } from './record.ts';

export { freePort } from './listen.ts';

/**
 * A port of this machine that leads to the current version of the app, whichever that is.
 *
 * Clients' connections outlive a switch. Of HTTP/1.x just enough is understood to know when a connection is between two
 * requests: then it leaves the old version at once, and its next request goes to the new one. Closing it instead would
 * lose the request that a client sends at that moment. A request that is under way is finished by the version that has it,
 * within the drain time, and no request is given to two. Everything else is carried as it is and closed after a switch:
 * what has no end (websockets, event streams) a second later, other protocols (TLS, HTTP/2) when they are quiet. Bytes are
 * never changed.
 */
export interface PortProxy {
  /** Where it really listens. */
  readonly host: string;
  readonly port: number;
  /** Its address for a browser, which leads here and to nobody else. */
  readonly url: string;
  /**
   * Connections and requests that begin from now on go to `upstream`; what the old version is doing, it may finish
   * within the drain time.
   * @param version its number in the records of requests
   */
  switchTo(upstream: Upstream, build?: number): void;
  /** The current version has become that of this build without a restart: what is under way stays, also what has no end. */
  takeUp(build: number): void;
  /** The current version is gone and the next is on its way: what begins from now on waits, up to the switch timeout. */
  suspend(): void;
  /** The current version is gone and none is on its way: what asks from now on, or waits already, is answered with why. */
  refuse(why: string): void;
  /**
   * Resolves when no old version, or not this one, has a connection left, at the latest after the drain time. Before that
   * it should not be stopped.
   */
  drained(upstream?: Upstream): Promise<void>;
  /** Breaks every connection and stops listening. */
  close(): Promise<void>;
}

export interface ProxyOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** How long a connection or request waits for a version that accepts it, ms; then HTTP gets a 503, others are closed. */
  readonly switchTimeout: number;
  /** How long an old version may take to answer what it has been asked, ms. */
  readonly drainTime: number;
  readonly isAllowedHost: HostCheck;
  readonly onNotice: (text: string) => void;
  readonly onRequest: (record: RequestRecord) => void;
}

/** Waits like after `suspend` until the first `switchTo`. Rejects with `usage`, naming the port, when it's taken. */
export async function openPortProxy(options: ProxyOptions): Promise<PortProxy> {
  const { switchTimeout, drainTime, isAllowedHost, onNotice, onRequest } = options;
  const clients = new Set<ClientConnection>();
  const draining = new Map<Backend, NodeJS.Timeout>();
  let current: Backend | undefined;
  let refusal: string | undefined;
  let hasComplained = false;

  const route: Route = {
    get current() {
      return current;
    },
    get refusal() {
      return refusal;
    },
    switchTimeout,
    drainTime,
    isAllowedHost,
    unreachable(why) {
      if (!hasComplained) onNotice(`port ${port}: a client waited ${switchTimeout / 1000} s without an answer: ${why}`);
      hasComplained = true;
    },
    request: onRequest,
  };

  const accept = (socket: Socket) => {
    const client = new ClientConnection(socket, route);
    clients.add(client);
    socket.once('close', () => clients.delete(client));
  };
  const listening: Listening = await listen(options.host, options.port, accept);
  const { port } = listening;
  listening.onError((error) => onNotice(`port ${port}: ${error.message}`));

  const cut = (backend: Backend) => {
    draining.delete(backend);
    const open = [...backend.connections];
    for (const connection of open) connection.cut();
    const requests = `${open.length} ${open.length === 1 ? 'connection' : 'connections'}`;
    const of = backend.number === null ? 'an old version' : `build ${backend.number}`;
    if (open.length > 0) onNotice(`port ${port}: ${requests} to ${of} cut after ${drainTime / 1000} s (--drain)`);
  };
  const routeTo = (next: Backend | undefined, why?: string) => {
    const old = current;
    current = next;
    refusal = why;
    hasComplained = false;
    for (const client of clients) client.routeChanged();
    if (old && old.connections.size > 0) draining.set(old, setTimeout(cut, drainTime, old));
  };

  return {
    host: listening.host,
    port,
    url: listening.url,
    switchTo: (upstream, build) => routeTo(new Backend(upstream, build ?? null)),
    takeUp(build) {
      if (current) current.number = build;
      // Between two requests: a process of before might have the connection for as long as it is kept.
      for (const client of clients) client.letGo();
    },
    suspend: () => routeTo(undefined),
    refuse: (why) => routeTo(undefined, why),
    async drained(upstream) {
      const old = [...draining.keys()].filter((backend) => upstream === undefined || backend.isAt(upstream));
      await Promise.all(old.map((backend) => backend.empty()));
    },
    async close() {
      const closed = listening.close();
      for (const timer of draining.values()) clearTimeout(timer);
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

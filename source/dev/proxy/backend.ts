import type { Upstream } from '../../run/addressing.ts';
import type { HostCheck } from './hosts.ts';
import type { RequestRecord } from './record.ts';

/** A connection to a backend, as far as the backend is concerned. */
export interface BackendConnection {
  /** The drain time is over. */
  cut(): void;
}

/** A version of the app, and the connections to it. */
export class Backend {
  readonly upstream: Upstream;
  /** Of the build that it came of, or that it has taken up since; null: nobody said. */
  number: number | null;
  readonly connections = new Set<BackendConnection>();
  readonly #whenEmpty: (() => void)[] = [];

  constructor(upstream: Upstream, number: number | null) {
    this.upstream = upstream;
    this.number = number;
  }

  isAt({ host, port }: Upstream): boolean {
    return this.upstream.host === host && this.upstream.port === port;
  }

  forget(connection: BackendConnection): void {
    this.connections.delete(connection);
    if (this.connections.size === 0) for (const tell of this.#whenEmpty.splice(0)) tell();
  }

  async empty(): Promise<void> {
    if (this.connections.size > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }
}

/** Where new connections lead now. */
export interface Route {
  /** `undefined`: no version is ready. */
  readonly current: Backend | undefined;
  /** Why nothing is served, and whoever asks hears so at once; `undefined`: a version is on its way, and is waited for. */
  readonly refusal: string | undefined;
  /** How long to wait and to try, ms. */
  readonly switchTimeout: number;
  /** How long an old version may take to answer what it has been asked, ms. */
  readonly drainTime: number;
  readonly isAllowedHost: HostCheck;
  /** No version could be connected to in time. */
  unreachable(why: string): void;
  request(record: RequestRecord): void;
}

import { isDeepStrictEqual } from 'node:util';
import type { ContainerDetails } from '../engine/engine.ts';
import { messageOf, StiError } from '../errors.ts';
import { freePort, openPortProxy, type PortProxy, type Upstream } from './proxy.ts';
import { type Reach, upstreamOf } from './reach.ts';
import { type Probe, waitReady } from './readiness.ts';

/** `HOST:CONTAINER`, or a port that the image exposes, on the same host port. */
export interface PortWish {
  readonly container: number;
  readonly host: number;
  /** The user named the host port: then another one won't do. */
  readonly asked: boolean;
}

export interface PortOptions {
  readonly host: string;
  readonly switchTimeout: number;
  readonly drainTime: number;
  readonly readyPath: string | undefined;
  readonly reach: Reach;
  readonly onNotice: (text: string) => void;
}

interface OpenPort {
  readonly container: number;
  readonly proxy: PortProxy;
}

/** The host ports of an application: they stay while containers come and go behind them. */
export class Ports {
  readonly #proxies: readonly OpenPort[];
  readonly #wishes: readonly PortWish[];
  readonly #options: PortOptions;

  private constructor(proxies: readonly OpenPort[], wishes: readonly PortWish[], options: PortOptions) {
    this.#proxies = proxies;
    this.#wishes = wishes;
    this.#options = options;
  }

  /** Those from before where they will do, else others in their place; when these can't be had, they stay as they were. */
  static async instead(before: Ports | undefined, wishes: readonly PortWish[], options: PortOptions): Promise<Ports> {
    if (before === undefined) return Ports.open(wishes, options);
    if (isDeepStrictEqual(whatMatters(wishes, options), whatMatters(before.#wishes, before.#options))) return before;
    await before.close();
    try {
      return await Ports.open(wishes, options);
    } catch (error) {
      options.onNotice(`${messageOf(error)}; the ports stay as they were`);
      return Ports.open(before.#wishes, before.#options);
    }
  }

  static async open(wishes: readonly PortWish[], options: PortOptions): Promise<Ports> {
    const proxies: OpenPort[] = [];
    try {
      for (const wish of wishes) {
        const proxy = await (wish.asked
          ? openPortProxy({ ...options, port: wish.host })
          : openFree(wish.host, options));
        if (proxy.port !== wish.host) options.onNotice(`port ${wish.host} is taken; serving on ${proxy.port} instead`);
        proxies.push({ container: wish.container, proxy });
      }
    } catch (error) {
      await Promise.all(proxies.map(({ proxy }) => proxy.close()));
      throw error;
    }
    for (const { proxy } of proxies) proxy.hold();
    return new Ports(proxies, wishes, options);
  }

  get urls(): string[] {
    return this.#proxies.map(({ proxy }) => `http://${nameOf(proxy.host)}:${proxy.port}`);
  }

  get containerPorts(): number[] {
    return this.#proxies.map(({ container }) => container);
  }

  /** Resolves when the application takes connections on all of its ports, or has lived for a moment if it has none. */
  async waitReady(details: ContainerDetails, signal: AbortSignal): Promise<void> {
    const { readyPath, reach } = this.#options;
    const probes = this.#proxies.map(({ container }): Probe => {
      const upstream = this.#upstream(details, container);
      if (readyPath !== undefined) return { kind: 'http', upstream, path: readyPath };
      // The engine's own forwarder takes connections before the application does.
      return { kind: 'tcp', upstream, forwarded: reach.by === 'published' };
    });
    const all: Probe[] = probes.length === 0 ? [{ kind: 'alive' }] : probes;
    await Promise.all(all.map((probe) => waitReady(probe, { signal })));
  }

  /** The way of every new connection from now on. */
  switchTo(details: ContainerDetails): void {
    for (const { container, proxy } of this.#proxies) proxy.switchTo(this.#upstream(details, container));
  }

  /** The same to what was started for other ports, as far as it can be reached. */
  inherit(details: ContainerDetails): void {
    for (const { container, proxy } of this.#proxies) {
      const upstream = upstreamOf(this.#options.reach, details, container);
      if (upstream !== undefined) proxy.switchTo(upstream);
    }
  }

  #upstream(details: ContainerDetails, port: number): Upstream {
    const upstream = upstreamOf(this.#options.reach, details, port);
    if (upstream !== undefined) return upstream;
    throw new StiError('app', `port ${port} of the application's container can't be reached`, {
      hint: 'See whether the engine gives its containers a network (docker network ls).',
    });
  }

  /** Resolves when no old version has a connection left, at the latest after the drain time. */
  async drained(): Promise<void> {
    await Promise.all(this.#proxies.map(({ proxy }) => proxy.drained()));
  }

  /** Nothing runs: new connections wait for the next version. */
  hold(): void {
    for (const { proxy } of this.#proxies) proxy.hold();
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map(({ proxy }) => proxy.close()));
  }
}

function whatMatters(wishes: readonly PortWish[], { onNotice: _, ...options }: PortOptions) {
  return { wishes, options };
}

/** As a URL has it. */
function nameOf(host: string): string {
  if (host === '127.0.0.1') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** The next free port from `wanted` on. One that another application takes at the same moment isn't free any more. */
async function openFree(wanted: number, options: PortOptions): Promise<PortProxy> {
  for (;;) {
    const port = await freePort(options.host, wanted);
    try {
      return await openPortProxy({ ...options, port });
    } catch (error) {
      if ((await freePort(options.host, wanted)) === port) throw error;
    }
  }
}

/** `8080/tcp` of an image's exposed ports, unless the user named some; lowest first. */
export function portWishes(exposed: readonly string[], asked: readonly PortWish[]): PortWish[] {
  if (asked.length > 0) return [...asked];
  const ports = exposed.flatMap((port) => (/^\d+(\/tcp)?$/.test(port) ? [Number.parseInt(port, 10)] : []));
  return ports.sort((a, b) => a - b).map((port) => ({ container: port, host: port, asked: false }));
}

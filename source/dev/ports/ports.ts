import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { ContainerDetails } from '../../engine/engine.ts';
import { messageOf } from '../../errors.ts';
import { type Addressing, reachableUpstream, upstreamOf } from '../../run/addressing.ts';
import { isReady, readinessProbe, waitReady } from '../../run/readiness.ts';
import type { PortWish } from '../../run/wishes.ts';
import { allowHosts } from '../proxy/hosts.ts';
import { freePort, openPortProxy, type PortProxy, type ProxyOptions } from '../proxy/proxy.ts';
import type { RequestRecord } from '../proxy/record.ts';

export interface PortOptions {
  readonly host: string;
  readonly switchTimeout: number;
  readonly drainTime: number;
  readonly readyPath: string | undefined;
  readonly addressing: Addressing;
  /** Names of this machine, beside its own, under which requests are answered. */
  readonly allowedHosts: readonly string[];
  readonly onNotice: (text: string) => void;
  readonly onRequest: (record: RequestRecord) => void;
}

interface OpenPort {
  readonly wish: PortWish;
  readonly proxy: PortProxy;
}

/** What a session does with the ports that are there before it and after it. */
export type AppPorts = Omit<Ports, 'inherit' | 'close'>;

const loopback = '127.0.0.1';

/** The host ports of an application: they stay while containers come and go behind them. */
export class Ports {
  readonly #proxies: readonly OpenPort[];
  readonly #wishes: readonly PortWish[];
  readonly #options: PortOptions;
  /** Container ports that nothing answered on, and that was said. */
  readonly #reported = new Set<number>();

  private constructor(proxies: readonly OpenPort[], wishes: readonly PortWish[], options: PortOptions) {
    this.#proxies = proxies;
    this.#wishes = wishes;
    this.#options = options;
  }

  /** Those from before where they will do, else others in their place; when these can't be had, they stay as they were. */
  static async reopen(before: Ports | undefined, wishes: readonly PortWish[], options: PortOptions): Promise<Ports> {
    if (before === undefined) return Ports.open(wishes, options);
    if (isDeepStrictEqual(whatMatters(wishes, options), whatMatters(before.#wishes, before.#options))) return before;
    await before.close();
    try {
      return await Ports.open(wishes, options);
    } catch (error) {
      options.onNotice(`${messageOf(error)}; keeping the ports`);
      return Ports.open(before.#wishes, before.#options);
    }
  }

  static async open(wishes: readonly PortWish[], options: PortOptions): Promise<Ports> {
    const { host, allowedHosts, onNotice } = options;
    const isAllowedHost = allowHosts([host, hostname(), ...allowedHosts]);
    const proxyOptions = { ...options, isAllowedHost };
    const proxies: OpenPort[] = [];
    try {
      for (const wish of wishes) {
        const proxy = await (wish.asked
          ? openPortProxy({ ...proxyOptions, port: wish.host })
          : openFree(wish.host, proxyOptions));
        if (proxy.port !== wish.host) onNotice(`port ${wish.host} is taken; serving on ${proxy.port} instead`);
        if (host === loopback && proxy.url.includes(loopback))
          onNotice(`localhost:${proxy.port} may lead to another program, on ::1; the application is at ${proxy.url}`);
        proxies.push({ wish, proxy });
      }
    } catch (error) {
      await Promise.all(proxies.map(({ proxy }) => proxy.close()));
      throw error;
    }
    for (const { proxy } of proxies) proxy.suspend();
    return new Ports(proxies, wishes, options);
  }

  get urls(): string[] {
    return this.#proxies.filter(({ wish }) => !wish.isDebug).map(({ proxy }) => proxy.url);
  }

  get containerPorts(): number[] {
    return this.#proxies.map(({ wish }) => wish.container);
  }

  /** The one whose answer means that the application is ready: what is wanted first. */
  get first(): PortWish | undefined {
    return this.#proxies.find(({ wish }) => !wish.isDebug)?.wish;
  }

  /** Resolves when the application takes connections on its first port, or has lived for a moment if it has none. */
  async waitReady(details: ContainerDetails, signal: AbortSignal): Promise<void> {
    const { addressing, readyPath } = this.#options;
    const port = this.first?.container;
    await waitReady(readinessProbe(addressing, details, port, readyPath), { signal });
    if (port !== undefined) this.#reported.delete(port);
  }

  /** Whether the application answers on its first port now. */
  answers(details: ContainerDetails, signal: AbortSignal): Promise<boolean> {
    const { addressing, readyPath } = this.#options;
    return isReady(readinessProbe(addressing, details, this.first?.container, readyPath), signal);
  }

  /** Those of the other ports on which nothing answered until the signal aborted, but for those reported before. */
  async silent(details: ContainerDetails, signal: AbortSignal): Promise<readonly PortWish[]> {
    const awaited = this.#proxies.filter(({ wish }) => !wish.isDebug && wish !== this.first);
    const others = awaited.map(async ({ wish }): Promise<PortWish[]> => {
      const { container } = wish;
      try {
        await waitReady(readinessProbe(this.#options.addressing, details, container), { signal });
        this.#reported.delete(container);
        return [];
      } catch {
        return this.#reported.has(container) ? [] : [wish];
      }
    });
    return (await Promise.all(others)).flat();
  }

  /** Says why nothing answers on a port; not again until something has. */
  report({ container }: PortWish, why: string): void {
    if (!this.#reported.has(container)) this.#options.onNotice(why);
    this.#reported.add(container);
  }

  /** The way of every new connection from now on. */
  switchTo(details: ContainerDetails, cycle: number): void {
    const { addressing } = this.#options;
    for (const { wish, proxy } of this.#proxies)
      proxy.switchTo(reachableUpstream(addressing, details, wish.container), cycle);
  }

  /** What is served has become that of this build by itself. */
  takeUp(cycle: number): void {
    for (const { proxy } of this.#proxies) proxy.takeUp(cycle);
  }

  /** As `switchTo`, to what was started for other ports, as far as it can be reached. */
  inherit({ app, cycle }: { readonly app: { readonly details: ContainerDetails }; readonly cycle: number }): void {
    for (const { wish, proxy } of this.#proxies) {
      const upstream = upstreamOf(this.#options.addressing, app.details, wish.container);
      if (upstream !== undefined) proxy.switchTo(upstream, cycle);
    }
  }

  /** Resolves when nobody but a debugger is connected to this old version, at the latest after the drain time. */
  async drained(details: ContainerDetails): Promise<void> {
    await Promise.all(
      this.#proxies.map(({ wish, proxy }) => {
        const upstream = upstreamOf(this.#options.addressing, details, wish.container);
        return wish.isDebug ? undefined : upstream && proxy.drained(upstream);
      }),
    );
  }

  /** Nothing runs: new connections wait for the next version. */
  suspend(): void {
    for (const { proxy } of this.#proxies) proxy.suspend();
  }

  /** Nothing runs and nothing is on its way: requests are answered with why. */
  refuse(why: string): void {
    for (const { proxy } of this.#proxies) proxy.refuse(why);
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map(({ proxy }) => proxy.close()));
  }
}

function whatMatters(wishes: readonly PortWish[], { onNotice: _, onRequest: __, ...options }: PortOptions) {
  return { wishes, options };
}

/** The next free port from `wanted` on. One that another application takes at the same moment isn't free any more. */
async function openFree(wanted: number, options: Omit<ProxyOptions, 'port'>): Promise<PortProxy> {
  for (;;) {
    const port = await freePort(options.host, wanted);
    try {
      return await openPortProxy({ ...options, port });
    } catch (error) {
      if ((await freePort(options.host, wanted)) === port) throw error;
    }
  }
}

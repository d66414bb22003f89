import type { App } from './app.ts';
import type { DevEmit } from './events.ts';
import type { Ports } from './ports.ts';

export interface Version {
  readonly app: App;
  /** The build that it came of. */
  readonly cycle: number;
}

export interface RetireOptions {
  /** Resolves when the engine has nothing more urgent to do than to stop an old version. */
  readonly mayStop: () => Promise<void>;
  /** An old version is gone. */
  readonly onStopped: () => void;
}

/** The version that is served, and those before it that still finish what they had begun. */
export class Versions {
  readonly #ports: Ports;
  readonly #emit: DevEmit;
  readonly #retireOptions: RetireOptions;
  #current: Version | undefined;
  readonly #old = new Set<App>();
  #closing = false;

  /** @param inherited what an earlier session left running, and the ports lead to */
  constructor(
    { ports, emit, inherited }: { readonly ports: Ports; readonly emit: DevEmit; readonly inherited?: Version },
    options: RetireOptions,
  ) {
    this.#ports = ports;
    this.#emit = emit;
    this.#retireOptions = options;
    if (inherited !== undefined) this.#lead(inherited);
  }

  get current(): App | undefined {
    return this.#current?.app;
  }

  /** The cycle that is served; null: none. */
  get serving(): number | null {
    return this.#current?.cycle ?? null;
  }

  /** New connections go to this version; the one before it ends when nobody is connected to it any more. */
  switchTo(app: App, cycle: number): void {
    const before = this.#current;
    this.#lead({ app, cycle });
    this.#ports.switchTo(app.details);
    if (before !== undefined) this.#retire(before.app);
  }

  /** The version that goes on running when the rest has ended; from now on its end is its heir's affair. */
  handOver(): Version | undefined {
    this.#closing = true;
    return this.#current;
  }

  /** Ends them all. The ports stay, for the session that may follow this one. */
  async close(): Promise<void> {
    this.#closing = true;
    const apps = [...this.#old, ...(this.#current === undefined ? [] : [this.#current.app])];
    await Promise.all(apps.map((app) => app.stop().catch(() => {})));
  }

  #lead({ app, cycle }: Version): void {
    this.#current = { app, cycle };
    void app.ended.then(({ exitCode }) => {
      if (this.#current?.app !== app || this.#closing) return;
      this.#current = undefined;
      this.#ports.hold();
      void this.#emit({ type: 'app-exited', at: Date.now(), cycle, exitCode, lastLines: app.lastLines() });
    });
  }

  #retire(app: App): void {
    const { mayStop, onStopped } = this.#retireOptions;
    this.#old.add(app);
    this.#ports
      .drained()
      .then(mayStop)
      .then(() => app.stop())
      .catch(() => {})
      .finally(() => {
        this.#old.delete(app);
        onStopped();
      });
  }
}

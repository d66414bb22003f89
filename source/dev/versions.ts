import type { App } from './app.ts';
import type { DevEmit } from './events.ts';
import type { Ports } from './ports.ts';

/** The version that is served, and those before it that still finish what they had begun. */
export class Versions {
  readonly #ports: Ports;
  readonly #emit: DevEmit;
  readonly #onStopped: () => void;
  #current: { readonly app: App; readonly cycle: number } | undefined;
  readonly #old = new Set<App>();
  #closing = false;

  /** @param onStopped an old version is gone */
  constructor(ports: Ports, emit: DevEmit, onStopped: () => void) {
    this.#ports = ports;
    this.#emit = emit;
    this.#onStopped = onStopped;
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
    this.#current = { app, cycle };
    this.#ports.switchTo(app.details);
    if (before !== undefined) this.#retire(before.app);
    void app.ended.then(({ exitCode }) => {
      if (this.#current?.app !== app || this.#closing) return;
      this.#current = undefined;
      this.#ports.hold();
      void this.#emit({ type: 'app-exited', at: Date.now(), cycle, exitCode, lastLines: app.lastLines() });
    });
  }

  /** Ends them all. The ports stay, for the session that may follow this one. */
  async close(): Promise<void> {
    this.#closing = true;
    const apps = [...this.#old, ...(this.#current === undefined ? [] : [this.#current.app])];
    await Promise.all(apps.map((app) => app.stop().catch(() => {})));
  }

  #retire(app: App): void {
    this.#old.add(app);
    this.#ports
      .drained()
      .then(() => app.stop())
      .catch(() => {})
      .finally(() => {
        this.#old.delete(app);
        this.#onStopped();
      });
  }
}

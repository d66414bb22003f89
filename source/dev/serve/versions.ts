import type { App } from '../../run/app.ts';
import type { DevEmit } from '../events.ts';
import type { AppPorts } from '../ports/ports.ts';

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
  /** Nobody can say what has become of the version that was served. */
  readonly onLost: () => void;
}

/** The version that is served, and those before it that still finish what they had begun. */
export class Versions {
  readonly #ports: AppPorts;
  readonly #emit: DevEmit;
  readonly #retireOptions: RetireOptions;
  #current: Version | undefined;
  readonly #old = new Set<App>();
  #closing = false;
  /** A build is under way that may bring the next version. */
  #isExpecting = false;

  /** @param previousApp what an earlier session left running, and the ports lead to */
  constructor(
    { ports, emit, previousApp }: { readonly ports: AppPorts; readonly emit: DevEmit; readonly previousApp?: Version },
    options: RetireOptions,
  ) {
    this.#ports = ports;
    this.#emit = emit;
    this.#retireOptions = options;
    if (previousApp !== undefined) this.#follow(previousApp);
  }

  get current(): App | undefined {
    return this.#current?.app;
  }

  /** The cycle that is served; null: none. */
  get serving(): number | null {
    return this.#current?.cycle ?? null;
  }

  /** A build begins: while nothing is served, requests wait for it. */
  expect(): void {
    this.#isExpecting = true;
    if (this.#current === undefined) this.#ports.suspend();
  }

  /** It came to nothing: while nothing is served, requests are told so. Not its error, which may have secrets. */
  fail(cycle: number): void {
    this.#isExpecting = false;
    if (this.#current === undefined && !this.#closing) this.#ports.refuse(`build ${cycle} failed`);
  }

  /** New connections go to this version; the one before it ends when nobody is connected to it any more. */
  switchTo(app: App, cycle: number): void {
    const before = this.#current;
    this.#isExpecting = false;
    this.#follow({ app, cycle });
    this.#ports.switchTo(app.details, cycle);
    if (before !== undefined) this.#retire(before.app);
  }

  /** What is served has taken up a later state by itself. */
  takeUp(cycle: number): void {
    if (this.#current === undefined) return;
    const { app } = this.#current;
    this.#current = { app, cycle };
    this.#isExpecting = false;
    this.#ports.takeUp(cycle);
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

  #follow({ app, cycle }: Version): void {
    this.#current = { app, cycle };
    void app.ended.then((end) => {
      if (this.#current?.app !== app || this.#closing) return;
      const { cycle } = this.#current;
      this.#current = undefined;
      if (end === null) {
        this.#ports.refuse('the engine does not answer');
        this.#retireOptions.onLost();
        return;
      }
      const { exitCode } = end;
      if (this.#isExpecting) this.#ports.suspend();
      else this.#ports.refuse(`the application ended with exit code ${exitCode}`);
      void this.#emit({ type: 'app-exited', at: Date.now(), cycle, exitCode, lastLines: app.lastLines() });
    });
  }

  #retire(app: App): void {
    const { mayStop, onStopped } = this.#retireOptions;
    this.#old.add(app);
    this.#ports
      .drained(app.details)
      .then(mayStop)
      .then(() => app.stop())
      .catch(() => {})
      .finally(() => {
        this.#old.delete(app);
        onStopped();
      });
  }
}

import type { Standby } from './pool.ts';

/** The container of an assemble that failed, kept for a look into it until the next build. */
export class FailedStandby {
  #standby: Standby | undefined;
  #closed = false;

  get containerId(): string | undefined {
    return this.#standby?.container.gate.id;
  }

  keep(standby: Standby): void {
    if (this.#closed) standby.container.gate.discard();
    else this.#standby = standby;
  }

  forget(): void {
    this.#standby?.container.gate.discard();
    this.#standby = undefined;
  }

  /** One that comes later isn't kept. */
  close(): void {
    this.#closed = true;
    this.forget();
  }
}

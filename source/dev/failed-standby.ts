import type { Standby } from './standby-pool.ts';

/** The container of an assemble that failed, kept for a look into it until the next build. */
export class FailedStandby {
  #standby: Standby | undefined;
  #closed = false;

  get containerId(): string | undefined {
    return this.#standby?.place.standby.id;
  }

  readonly keep = (standby: Standby): void => {
    if (this.#closed) standby.place.standby.discard();
    else this.#standby = standby;
  };

  forget(): void {
    this.#standby?.place.standby.discard();
    this.#standby = undefined;
  }

  /** One that comes later isn't kept. */
  close(): void {
    this.#closed = true;
    this.forget();
  }
}

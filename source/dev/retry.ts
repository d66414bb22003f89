import type { StiError } from '../errors.ts';

/** The first pause before another try, and the longest; each is twice the one before. Milliseconds. */
const pauses = { first: 2_000, longest: 30_000 };

/** Tries again what failed for a reason that may pass by itself. */
export class Retry {
  readonly #again: () => void;
  #timer: NodeJS.Timeout | undefined;
  #pause = pauses.first;

  constructor(again: () => void) {
    this.#again = again;
  }

  schedule(): void {
    this.#timer = setTimeout(this.#again, this.#pause);
    this.#pause = Math.min(this.#pause * 2, pauses.longest);
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }

  /** It went well: the next pause is a short one again. */
  reset(): void {
    this.#pause = pauses.first;
  }
}

/** Whether another try of the same state may go better: what is wrong isn't in the source. */
export function mayPass(code: StiError['code']): boolean {
  return !['assemble', 'app', 'scripts', 'labels', 'artifacts'].includes(code);
}

import type { Engine } from '../../engine/engine.ts';

/** Images of this session that another one has taken the tag from: removed as soon as nothing uses them. */
export class ReplacedImages {
  readonly #engine: Engine;
  readonly #ids = new Set<string>();
  #sweeping: Promise<void> = Promise.resolve();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  add(imageId: string): void {
    this.#ids.add(imageId);
  }

  /** What is tagged otherwise, or still in use, stays; never rejects. */
  sweep(): Promise<void> {
    this.#sweeping = this.#sweeping.then(() => this.#removeUnused());
    return this.#sweeping;
  }

  async #removeUnused(): Promise<void> {
    for (const id of this.#ids) {
      try {
        const image = await this.#engine.inspectImage(id);
        if (image !== undefined && image.tags.length > 0) continue;
        if (image === undefined || (await this.#engine.removeImage(id)) !== 'in-use') this.#ids.delete(id);
      } catch {
        return;
      }
    }
  }
}

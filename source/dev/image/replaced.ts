import type { Engine, ImageDetails } from '../../engine/engine.ts';

interface Images {
  inspectImage(id: string): Promise<Pick<ImageDetails, 'tags'> | undefined>;
  removeImage: Engine['removeImage'];
}

/** Images of this session that another one has taken the tag from: removed as soon as nothing uses them. */
export class ReplacedImages {
  readonly #engine: Images;
  readonly #ids = new Set<string>();
  /** By image, who looks at it last. */
  readonly #readers = new Map<string, Promise<void>>();
  #sweeping: Promise<void> = Promise.resolve();

  constructor(engine: Images) {
    this.#engine = engine;
  }

  add(imageId: string): void {
    this.#ids.add(imageId);
  }

  /** Somebody looks at an image: no sweep takes it before this has settled. */
  async keepFor(imageId: string, reader: Promise<void>): Promise<void> {
    this.#readers.set(imageId, reader);
    await Promise.allSettled([reader]);
    if (this.#readers.get(imageId) === reader) this.#readers.delete(imageId);
  }

  /** What is tagged otherwise, looked at, or still in use, stays; never rejects. */
  sweep(): Promise<void> {
    this.#sweeping = this.#sweeping.then(() => this.#removeUnused());
    return this.#sweeping;
  }

  async #removeUnused(): Promise<void> {
    for (const id of this.#ids) {
      if (this.#readers.has(id)) continue;
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

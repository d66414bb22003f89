import type { Engine, ImageDetails } from '../../engine/engine.ts';

interface Images {
  inspectImage(id: string): Promise<Pick<ImageDetails, 'tags'> | undefined>;
  removeImage: Engine['removeImage'];
}

/** Images of this session that another one has taken the tag from: removed as soon as nothing uses them. */
export class ReplacedImages {
  readonly #engine: Images;
  readonly #keepAll: boolean;
  readonly #ids = new Set<string>();
  /** By image, who looks at it last. */
  readonly #readers = new Map<string, Promise<void>>();
  #sweeping: Promise<void> = Promise.resolve();

  constructor(engine: Images, { keepAll }: { readonly keepAll: boolean }) {
    this.#engine = engine;
    this.#keepAll = keepAll;
  }

  add(imageId: string): void {
    this.#ids.add(imageId);
  }

  /** Somebody looks at an image: it stays until this has settled, and goes then if it was replaced meanwhile. */
  keepFor(imageId: string, reader: Promise<void>): void {
    this.#readers.set(imageId, reader);
    const release = () => {
      if (this.#readers.get(imageId) === reader) this.#readers.delete(imageId);
      return this.sweep();
    };
    void reader.then(release, release);
  }

  /** What is tagged otherwise, looked at, or still in use, stays; never rejects. */
  sweep(): Promise<void> {
    if (!this.#keepAll) this.#sweeping = this.#sweeping.then(() => this.#removeUnused());
    return this.#sweeping;
  }

  /** The last sweep, once nobody looks any more. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#readers.values());
    this.#readers.clear();
    await this.sweep();
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

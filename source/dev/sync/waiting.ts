import { Gate } from '../../build/container/gate.ts';
import type { Job } from '../../build/job.ts';
import type { ContainerDetails, ContainerSpec } from '../../engine/engine.ts';

/** A container of an image that has not begun to run anything of it. */
export interface Waiting {
  readonly gate: Gate;
  readonly details: ContainerDetails;
}

export interface WaitingOptions {
  readonly publish?: ContainerSpec['publish'];
  /** `NAME=VALUE`, beside the image's. */
  readonly env: readonly string[];
}

interface OfImage {
  readonly imageId: string;
}

/** A container that waits, or is to. */
interface Place<Base> {
  readonly base: Base;
  readonly waiting: Promise<Waiting>;
}

/**
 * Keeps one container of the last image waiting at its gate for the files of the next save. One of the image before stays
 * until it is there, so that a save meanwhile finds one.
 */
export class WaitingContainers<Base extends OfImage> {
  readonly #job: Job;
  readonly #options: WaitingOptions;
  /** What the next one is to be of. */
  #wanted: Base | undefined;
  /** Those that can be had, the one that is there sooner first. */
  #places: readonly Place<Base>[] = [];
  readonly #leaving = new Set<Promise<void>>();

  constructor(job: Job, options: WaitingOptions) {
    this.#job = job;
    this.#options = options;
  }

  /** From now on it's of this image; undefined: there is none. */
  use(base: Base | undefined): void {
    if (base?.imageId === this.#wanted?.imageId) return;
    this.#wanted = base;
    if (base === undefined) for (const place of this.#places) this.#drop(place);
    this.refill();
  }

  /** Another one in the place of the one that was taken. */
  refill(): void {
    const base = this.#wanted;
    if (base === undefined || this.#places.some((place) => place.base === base)) return;
    for (const later of this.#places.slice(1)) this.#drop(later);
    const place = { base, waiting: this.#start(base.imageId) };
    this.#places = [...this.#places, place];
    place.waiting.then(
      ({ gate }) => {
        void gate.over.then(() => this.#forget(place));
        if (this.#places.at(-1) === place) for (const before of this.#places.slice(0, -1)) this.#drop(before);
      },
      () => this.#forget(place),
    );
  }

  /** What the containers are of that can be had: one that is there before one that is coming. */
  get bases(): readonly Base[] {
    return this.#places.map(({ base }) => base);
  }

  /** Undefined: none of this image waits, and none is coming. */
  async take(base: Base): Promise<Waiting | undefined> {
    const place = this.#places.find((one) => one.base === base);
    if (place === undefined) return undefined;
    this.#forget(place);
    const waiting = await place.waiting.catch(() => undefined);
    return waiting?.gate.hasEnded ? undefined : waiting;
  }

  /** Resolves when the one that is to wait does, and those before it are gone. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#places.map(({ waiting }) => waiting));
    await Promise.all(this.#leaving);
  }

  #forget(place: Place<Base>): void {
    this.#places = this.#places.filter((one) => one !== place);
  }

  #drop(place: Place<Base>): void {
    this.#forget(place);
    const gone = place.waiting
      .then(({ gate }) => {
        gate.discard();
        return gate.removed;
      })
      .catch(() => {})
      .finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }

  async #start(image: string): Promise<Waiting> {
    const { engine, workspace, request, signal } = this.#job;
    const { env, publish } = this.#options;
    const gate = await workspace.begin(() =>
      Gate.start(engine, {
        name: workspace.containerName('app'),
        image,
        user: '',
        mounts: request.volumes ?? [],
        settings: request.container,
        labels: { 'io.sti.session': workspace.name },
        env,
        ...(publish && { publish }),
      }),
    );
    const onAbort = () => gate.discard();
    signal.addEventListener('abort', onAbort, { once: true });
    void gate.over.then(() => signal.removeEventListener('abort', onAbort));
    try {
      await gate.ready;
      const details = await engine.inspectContainer(gate.id);
      if (details === undefined) throw new Error('it is not there any more');
      return { gate, details };
    } catch (error) {
      gate.discard();
      throw error;
    }
  }
}

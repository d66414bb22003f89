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

/** Keeps one container of the last image waiting at its gate for the files of the next save. */
export class WaitingContainer {
  readonly #job: Job;
  readonly #options: WaitingOptions;
  #imageId: string | undefined;
  #next: Promise<Waiting> | undefined;
  #isThere = false;

  constructor(job: Job, options: WaitingOptions) {
    this.#job = job;
    this.#options = options;
  }

  /** From now on it's of this image; undefined: there is none. */
  use(imageId: string | undefined): void {
    if (imageId === this.#imageId) return;
    this.#imageId = imageId;
    this.#drop();
    this.refill();
  }

  /** Another one in the place of the one that was taken. */
  refill(): void {
    const image = this.#imageId;
    if (image === undefined || this.#next !== undefined) return;
    const next = this.#start(image);
    this.#next = next;
    next.then(
      ({ gate }) => {
        if (this.#next === next) this.#isThere = true;
        void gate.over.then(() => this.#forget(next));
      },
      () => this.#forget(next),
    );
  }

  /** Whether `take` needn't wait. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /** Undefined: none waits, and none is coming. */
  async take(): Promise<Waiting | undefined> {
    const next = this.#next;
    this.#next = undefined;
    this.#isThere = false;
    const waiting = await next?.catch(() => undefined);
    return waiting?.gate.hasEnded ? undefined : waiting;
  }

  #forget(next: Promise<Waiting>): void {
    if (this.#next !== next) return;
    this.#next = undefined;
    this.#isThere = false;
  }

  #drop(): void {
    this.#next?.then(({ gate }) => gate.discard()).catch(() => {});
    this.#next = undefined;
    this.#isThere = false;
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

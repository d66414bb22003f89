import type { Job } from '../../build/job.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { Images } from './images.ts';
import { type BuildInputs, concernsInputs, readInputs } from './inputs.ts';

/** The inputs in use: read again when something that they depend on has changed, and when that failed. */
export class InputsCache {
  readonly #job: Job;
  readonly #onRead: (inputs: BuildInputs) => void;
  #current: Promise<BuildInputs>;
  /** In use, also while its name stands for none. */
  #images: Images | undefined;
  #linked: readonly string[] = [];
  #failed = false;

  constructor(job: Job, first: Promise<BuildInputs>, onRead: (inputs: BuildInputs) => void) {
    this.#job = job;
    this.#onRead = onRead;
    this.#current = this.#use(first);
  }

  /** Whether a change of this path can change it. */
  isConcernedBy(path: string): boolean {
    return concernsInputs(path, this.#linked);
  }

  /** For a build: another one when the last went wrong. */
  take(tree: FileTree): Promise<BuildInputs> {
    if (this.#failed) this.again(tree);
    return this.#current;
  }

  again(tree: FileTree): void {
    this.#current = this.#use(readInputs(this.#job, tree, this.#images));
  }

  /** One of the images is another one now, or there again. */
  withNewImages(tree: FileTree): void {
    this.#images = undefined;
    this.again(tree);
  }

  /** Those in use; undefined: they couldn't be read. */
  current(): Promise<BuildInputs | undefined> {
    return this.#current.catch(() => undefined);
  }

  /** Those in use; undefined: none. */
  async images(): Promise<Images | undefined> {
    return (await this.current()) && this.#images;
  }

  #use(inputs: Promise<BuildInputs>): Promise<BuildInputs> {
    this.#failed = false;
    const used = inputs.then((prepared) => {
      if (this.#current === used) {
        this.#images = { builder: prepared.builder, runtime: prepared.runtime?.runtime };
        this.#linked = prepared.linked;
      }
      this.#onRead(prepared);
      return prepared;
    });
    used.catch(() => {
      if (this.#current === used) this.#failed = true;
    });
    return used;
  }
}

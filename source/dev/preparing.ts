import type { Builder } from '../build/builder-stage.ts';
import type { Job } from '../build/job.ts';
import type { FileTree } from '../origin/tree.ts';
import { type Preparation, prepare } from './preparation.ts';

/** The preparation in use: made again when something that it is made of has changed, and when it went wrong. */
export class Preparing {
  readonly #job: Job;
  readonly #onPrepared: (preparation: Preparation) => void;
  #current: Promise<Preparation>;
  /** In use, also while its name stands for none. */
  #builder: Builder | undefined;
  #failed = false;

  constructor(job: Job, first: Promise<Preparation>, onPrepared: (preparation: Preparation) => void) {
    this.#job = job;
    this.#onPrepared = onPrepared;
    this.#current = this.#use(first);
  }

  /** For a build: another one when the last went wrong. */
  take(tree: FileTree): Promise<Preparation> {
    if (this.#failed) this.again(tree);
    return this.#current;
  }

  again(tree: FileTree): void {
    this.#current = this.#use(prepare(this.#job, tree, this.#builder));
  }

  /** The builder image is another one now, or there again. */
  withNewBuilder(tree: FileTree): void {
    this.#builder = undefined;
    this.again(tree);
  }

  /** Of the builder image in use; undefined: none. */
  async builderId(): Promise<string | undefined> {
    return (await this.#current.catch(() => undefined))?.builder.image.id;
  }

  #use(preparation: Promise<Preparation>): Promise<Preparation> {
    this.#failed = false;
    const used = preparation.then((prepared) => {
      if (this.#current === used) this.#builder = prepared.builder;
      this.#onPrepared(prepared);
      return prepared;
    });
    used.catch(() => {
      if (this.#current === used) this.#failed = true;
    });
    return used;
  }
}

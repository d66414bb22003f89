import { saveArtifacts } from '../build/artifacts.ts';
import { artifactsStage, savedEvent, scriptTrees } from '../build/artifacts-stage.ts';
import { type Assembled, assembleStage } from '../build/assemble.ts';
import { commitStage } from '../build/commit-stage.ts';
import type { ChangedFile } from '../build/events.ts';
import { compareWithImage } from '../build/image-diff.ts';
import { learnImageFacts } from '../build/image-facts.ts';
import type { Job } from '../build/job.ts';
import type { ImageDetails } from '../engine/engine.ts';
import { messageOf } from '../errors.ts';
import type { OpenedSource } from '../origin/open-source.ts';
import type { DevEmit } from './events.ts';
import type { Preparation } from './preparation.ts';
import type { Progress } from './progress.ts';
import { ReplacedImages } from './replaced-images.ts';
import { inSlot, type Slots } from './slots.ts';
import type { Standby, StandbyPool } from './standby-pool.ts';

export interface ImageOptions {
  /** Milliseconds without a save after which the image is made. */
  readonly quietTime: number;
  /** Leave the images that newer ones took the tag from. */
  readonly keepImages: boolean;
  /** Nothing will be saved any more. */
  readonly once: boolean;
  readonly emit: DevEmit;
  readonly progress: Progress;
  /** How many assembles may go on at a time, together with other sessions; absent: any number. */
  readonly slots?: Slots;
}

/** An image that has no tag yet. */
export interface CommittedImage {
  readonly imageId: string;
  readonly addedBytes: number;
  readonly changes: readonly ChangedFile[];
  readonly began: number;
}

/** One state of the source, and what it is built with. */
export interface State {
  readonly cycle: number;
  readonly opened: OpenedSource;
  readonly preparation: Preparation;
}

/**
 * Keeps the tag at the last good state: when saves are quiet, the state is assembled once more, in a standby that never
 * runs, and committed by the same code as `sti build`. Then the artifacts of that image go to the standbys to come.
 */
export class ImageKeeper {
  readonly #job: Job;
  /** Commits without a tag, which moves only when the state has been served, and without telling each step. */
  readonly #quietJob: Job;
  readonly #pool: StandbyPool;
  readonly #options: ImageOptions;
  readonly #replaced: ReplacedImages;
  #timer: NodeJS.Timeout | undefined;
  #making: AbortController | undefined;
  #current: ImageDetails | undefined;
  #recalled = false;

  constructor(job: Job, quietJob: Job, pool: StandbyPool, options: ImageOptions) {
    this.#job = job;
    this.#quietJob = { ...quietJob, checked: { ...quietJob.checked, tag: null } };
    this.#pool = pool;
    this.#options = options;
    this.#replaced = new ReplacedImages(job.engine);
    this.#current = options.progress.image;
  }

  /** The first build goes on from the image that has the tag, as `sti build` does; one step of that build. */
  async recall({ cycle, opened, preparation }: State): Promise<void> {
    if (this.#recalled) return;
    this.#recalled = true;
    const { engine, checked } = this.#job;
    const previous = checked.tag === null ? undefined : await engine.inspectImage(checked.tag);
    const { builder, scripts, env } = preparation;
    const job = { ...this.#job, onFiles: this.#options.emit };
    const artifacts = await artifactsStage(job, { builder, scripts, previous, source: opened.tree, env, cycle });
    if (artifacts !== undefined) this.#pool.setArtifacts({ ...artifacts, disposable: false });
  }

  /** Makes the image of this state once nothing was saved for the quiet time; with `once` now, and it can be waited for. */
  makeWhenQuiet(state: State): Promise<void> | undefined {
    this.cancel();
    if (this.#job.checked.tag === null) return undefined;
    if (this.#options.once) return this.make(state);
    this.#timer = setTimeout(() => {
      this.make(state).catch((error: unknown) => {
        if (!this.#job.signal.aborted) this.#job.reporter.warn(`the image could not be made: ${messageOf(error)}`);
      });
    }, this.#options.quietTime);
    return undefined;
  }

  /** A save makes an image under way worthless. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#making?.abort();
  }

  async make(state: State): Promise<void> {
    const making = new AbortController();
    const { signal } = making;
    this.#making = making;
    let discard = () => {};
    try {
      const standby = await this.#pool.take(state.opened.tree, { toRun: false, abandoned: signal });
      const { place } = standby;
      discard = () => place.standby.discard();
      signal.addEventListener('abort', discard, { once: true });
      signal.throwIfAborted();
      const { assemble, builder } = state.preparation;
      const assembled = await inSlot(this.#options.slots, signal, () =>
        assembleStage(this.#quietJob, place, assemble, builder.image),
      );
      if (place.stage === undefined) await standby.look().catch(() => {});
      await this.promote(state, await this.commit(state, standby, assembled));
    } catch (error) {
      discard();
      if (!signal.aborted) throw error;
    } finally {
      this.#pool.refresh();
    }
  }

  /** An image of an assembled container; nothing points to it yet. */
  async commit({ opened, preparation }: State, standby: Standby, assembled: Assembled): Promise<CommittedImage> {
    const { place, reclaim } = standby;
    const began = Date.now();
    const changes = await compareWithImage(this.#job.engine, place.standby.id);
    const inputs = { ...preparation, place, opened, assembled, previous: undefined, incremental: false, reclaim };
    const { imageId, addedBytes } = await commitStage(this.#quietJob, inputs);
    return { imageId, addedBytes, changes, began };
  }

  /** Moves the tag to an image whose state is good, and goes on with what the image is good for. */
  async promote(state: State, { imageId, addedBytes, changes, began }: CommittedImage): Promise<void> {
    const { engine, checked, signal, reporter } = this.#job;
    const { emit, progress } = this.#options;
    const { cycle } = state;
    const { tag } = checked;
    if (tag === null) this.#replaced.add(imageId);
    else {
      await engine.tagImage(imageId, tag);
      progress.tagged = cycle;
      void emit({ type: 'image-tagged', at: Date.now(), cycle, tag, imageId, ms: Date.now() - began });
    }
    if (this.#current !== undefined && this.#current.id !== imageId) this.#replaced.add(this.#current.id);
    this.#current = await engine.inspectImage(imageId);
    progress.image = this.#current;
    const bytes = this.#current?.size ?? 0;
    void emit({ type: 'image-compared', at: Date.now(), cycle, imageId, bytes, addedBytes, changes });
    void this.sweep();
    this.#saveArtifacts(state).catch((error: unknown) => {
      if (!signal.aborted) reporter.warn(`artifacts could not be saved: ${messageOf(error)}`);
    });
  }

  /** An image whose application didn't come up. */
  async drop({ imageId }: CommittedImage): Promise<void> {
    this.#replaced.add(imageId);
    await this.sweep();
  }

  /** Removes replaced images that nothing uses any more. */
  async sweep(): Promise<void> {
    if (!this.#options.keepImages) await this.#replaced.sweep();
  }

  async #saveArtifacts({ cycle, opened, preparation }: State): Promise<void> {
    const { builder, scripts, env } = preparation;
    const script = scripts.found.get('save-artifacts');
    const previous = this.#current;
    if (script === undefined || previous === undefined || this.#job.request.clean) return;
    const { destination } = builder.spec;
    const { engine, session, cache, signal } = this.#job;
    const facts = learnImageFacts(engine, session, cache, { imageId: previous.id, destination, files: [] }, signal);
    const saved = await saveArtifacts(this.#quietJob, {
      previous,
      script,
      scriptIsOlder: false,
      builderId: builder.image.id,
      trees: scriptTrees(opened.tree, scripts),
      env,
      destination,
      facts,
      output: this.#quietJob.reporter.output('artifacts'),
    });
    if (saved.tree !== undefined) this.#pool.setArtifacts({ ...saved.tree, disposable: false });
    const from =
      saved.tree === undefined
        ? saved.reason
        : `from build ${cycle}${saved.cached ? ', which was asked before' : ''}; the next standby has them`;
    void this.#options.emit(savedEvent(saved, cycle, from));
  }
}

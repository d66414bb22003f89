import type { Job } from '../../build/job.ts';
import { artifactsStage } from '../../build/steps/artifacts.ts';
import type { ImageDetails } from '../../engine/engine.ts';
import { messageOf, type StiError, toStiError } from '../../errors.ts';
import type { DevEmit } from '../events.ts';
import type { Progress } from '../progress.ts';
import { inSlot, type Slots } from '../schedule/slots.ts';
import type { Standby, StandbyPool } from '../standby/pool.ts';
import { assembleIn, type Output } from '../standby/prepare.ts';
import { saveArtifactsOf } from './artifacts.ts';
import { type CommittedImage, commitState } from './commit.ts';
import { claimTag } from './contenders.ts';
import { ReplacedImages } from './replaced.ts';
import type { State } from './state.ts';
import { isOfSource, moveTag } from './tag.ts';

export interface ImageOptions {
  /** Milliseconds without a save after which the image is made. */
  readonly quietTime: number;
  /** Leave the images that newer ones took the tag from. */
  readonly keepImages: boolean;
  /** Nothing will be saved any more. */
  readonly once: boolean;
  readonly emit: DevEmit;
  readonly progress: Progress;
  /** The tag is at this image, which stays until what comes of that has settled. */
  readonly onTagged?: (state: State, image: CommittedImage) => Promise<void>;
  /** A state that is served could not be assembled again. true: that is told. */
  readonly onFailed?: (state: State, error: StiError) => boolean;
  /** How many assembles may go on at a time, together with other sessions; absent: any number. */
  readonly slots?: Slots;
}

/** An image that is still to be made. */
interface Due {
  readonly state: State;
  readonly abandon: AbortController;
  timer: NodeJS.Timeout | undefined;
  /** Absent until it's begun. */
  made?: Promise<void>;
}

/**
 * Keeps the tag at the last good state: when saves are quiet, the state is assembled once more, in a standby that never
 * runs, and committed by the same code as `sti build`. Then the artifacts of that image go to the standbys to come.
 */
export class ImagePublisher {
  readonly #job: Job;
  /** Commits without a tag, which moves only when the state has been served, and without telling each step. */
  readonly #quietJob: Job;
  readonly #pool: StandbyPool;
  readonly #options: ImageOptions;
  readonly #replaced: ReplacedImages;
  #due: Due | undefined;
  #current: ImageDetails | undefined;
  #publishing: Promise<void> = Promise.resolve();
  /** Builds and publications that have not ended. */
  readonly #work = new Set<Promise<void>>();
  #isRestored = false;
  #isOver = false;

  constructor(job: Job, quietJob: Job, pool: StandbyPool, options: ImageOptions) {
    this.#job = job;
    this.#quietJob = { ...quietJob, checked: { ...quietJob.checked, tag: null } };
    this.#pool = pool;
    this.#options = options;
    this.#replaced = new ReplacedImages(job.engine, { keepAll: options.keepImages });
    this.#current = options.progress.image;
  }

  /** The first build goes on from the image that has the tag, as `sti build` does; one step of that build. */
  async restore({ cycle, opened, inputs }: State): Promise<void> {
    if (this.#isRestored) return;
    this.#isRestored = true;
    const { engine, checked, workspace, reporter } = this.#job;
    if (checked.tag !== null)
      for (const pid of claimTag(workspace, checked.tag, { ...this.#job, address: engine.about.address }))
        reporter.warn(`another sti dev (process ${pid}) also moves ${checked.tag}; use another tag for one of them`);
    const previous = checked.tag === null ? undefined : await engine.inspectImage(checked.tag);
    const { builder, scripts, env } = inputs;
    const job = { ...this.#job, onFiles: this.#options.emit };
    const artifacts = await artifactsStage(job, { builder, scripts, previous, source: opened.tree, env, cycle });
    if (artifacts !== undefined) this.#pool.setArtifacts({ ...artifacts, disposable: false });
  }

  /**
   * A state is served: its image gets the tag, now if it is made already, else once nothing was saved for the quiet time.
   * Nobody waits for that but with `once`, where nothing else is left to do.
   */
  async served(state: State, image: CommittedImage | undefined): Promise<void> {
    const { once, quietTime } = this.#options;
    this.cancel();
    if (image !== undefined) {
      const published = this.publish(state, image);
      return once ? published : published.catch((error) => this.#tellFailure(error));
    }
    if (this.#job.checked.tag === null) return;
    const due: Due = { state, abandon: new AbortController(), timer: undefined };
    this.#due = due;
    if (once) return this.#underWay(this.#build(due));
    due.timer = setTimeout(() => void this.#begin(due), quietTime);
  }

  /** A save makes an image that is due worthless: its source is no longer there. */
  cancel(): void {
    clearTimeout(this.#due?.timer);
    this.#due?.abandon.abort();
    this.#due = undefined;
  }

  /** The session ends: what is still being saved for its next build is lost with that, which nobody needs to hear. */
  end(): void {
    this.#isOver = true;
    this.cancel();
  }

  /** Doesn't wait for quiet any more. Resolves when no image is due, made or not. */
  async finish(): Promise<void> {
    const due = this.#due;
    if (due === undefined) return;
    clearTimeout(due.timer);
    void this.#options.emit({ type: 'dev-ending', at: Date.now(), image: due.state.cycle });
    await this.#begin(due);
  }

  #underWay<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => {},
      () => {},
    );
    this.#work.add(settled);
    void settled.then(() => this.#work.delete(settled));
    return work;
  }

  /** Never rejects. */
  #begin(due: Due): Promise<void> {
    due.made ??= this.#underWay(this.#build(due)).catch((error) => this.#tellFailure(error, due.state));
    return due.made;
  }

  readonly #tellFailure = (thrown: unknown, state?: State): void => {
    const error = toStiError(thrown);
    if (state !== undefined && error.code === 'assemble' && this.#options.onFailed?.(state, error)) return;
    // The loop itself tells of the engine.
    const isTold = this.#job.signal.aborted || error.code === 'engine-lost';
    if (!isTold) this.#job.reporter.warn(`the image could not be made: ${messageOf(error)}`);
  };

  async #build(due: Due): Promise<void> {
    const { state } = due;
    const { signal } = due.abandon;
    let discard = () => {};
    try {
      const standby = await this.#pool.take(state.opened.tree, { toRun: false, abandoned: signal });
      const { container } = standby;
      discard = () => container.gate.discard();
      signal.addEventListener('abort', discard, { once: true });
      signal.throwIfAborted();
      const output = await inSlot(this.#options.slots, signal, () => assembleIn(this.#quietJob, standby, state));
      if (container.bound === undefined) await standby.look().catch(() => {});
      const image = await this.commit(state, standby, output);
      signal.removeEventListener('abort', discard);
      await this.publish(state, image);
      if (this.#due === due) this.#due = undefined;
    } catch (error) {
      discard();
      if (!signal.aborted) throw error;
    } finally {
      this.#pool.refresh();
    }
  }

  /** An image of an assembled container; nothing points to it yet. */
  commit(state: State, standby: Standby, output: Output): Promise<CommittedImage> {
    return commitState(this.#quietJob, state, standby, output);
  }

  /**
   * Moves the tag to an image whose state is good, and goes on with what the image is good for; one after the other, in the
   * order in which they come.
   */
  publish(state: State, image: CommittedImage): Promise<void> {
    const published = this.#publishing.then(() => this.#publish(state, image));
    this.#publishing = published.catch(() => image.builtIn?.gate.discard());
    return this.#underWay(published);
  }

  async #publish(state: State, image: CommittedImage): Promise<void> {
    const { imageId, addedBytes, compared, began } = image;
    const { engine, checked, signal, reporter } = this.#job;
    const { emit, progress, onTagged } = this.#options;
    const { cycle } = state;
    const { tag } = checked;
    if (tag === null) this.#replaced.add(imageId);
    else {
      const before = await moveTag(engine, imageId, tag).catch((error: unknown) => {
        this.#replaced.add(imageId);
        throw error;
      });
      if (before !== undefined && isOfSource(before, state)) this.#replaced.add(before.id);
      progress.tagged = cycle;
      void emit({ type: 'image-tagged', at: Date.now(), cycle, tag, imageId, ms: Date.now() - began });
    }
    if (this.#current !== undefined && this.#current.id !== imageId) this.#replaced.add(this.#current.id);
    this.#current = await engine.inspectImage(imageId);
    progress.image = this.#current;
    const bytes = this.#current?.size ?? 0;
    const changes = compared?.files ?? [];
    void emit({ type: 'image-compared', at: Date.now(), cycle, imageId, bytes, addedBytes, changes });
    if (tag !== null && onTagged) this.#replaced.keepFor(imageId, onTagged(state, image));
    void this.sweep();
    this.#saveArtifacts(state, image).catch((error: unknown) => {
      if (!signal.aborted && !this.#isOver) reporter.warn(`artifacts could not be saved: ${messageOf(error)}`);
    });
  }

  /** Waits for what can't be stopped. The last image goes as well when another session has taken the tag from it. */
  async close(): Promise<void> {
    if (!this.#job.signal.aborted) await Promise.allSettled([...this.#work]);
    if (this.#current !== undefined) this.#replaced.add(this.#current.id);
    await this.#replaced.close();
  }

  /** An image whose application didn't come up. */
  async discard({ imageId, builtIn }: CommittedImage): Promise<void> {
    builtIn?.gate.discard();
    this.#replaced.add(imageId);
    await this.sweep();
  }

  /** Removes replaced images that nothing uses any more. */
  sweep(): Promise<void> {
    return this.#replaced.sweep();
  }

  async #saveArtifacts(state: State, { builtIn }: CommittedImage): Promise<void> {
    if (this.#current === undefined) return;
    const saved = await saveArtifactsOf(this.#quietJob, this.#current, state, builtIn);
    if (saved === undefined) return;
    if (saved.tree !== undefined) this.#pool.setArtifacts(saved.tree);
    void this.#options.emit(saved.event);
  }
}

import { saveArtifacts } from '../build/artifacts.ts';
import { scriptTrees } from '../build/artifacts-stage.ts';
import { type Assembled, assembleStage } from '../build/assemble.ts';
import { commitStage } from '../build/commit-stage.ts';
import { learnImageFacts } from '../build/image-facts.ts';
import type { Job } from '../build/job.ts';
import type { Workplace } from '../build/workplace.ts';
import type { ImageDetails } from '../engine/engine.ts';
import type { OpenedSource } from '../origin/open-source.ts';
import type { DevEmit } from './events.ts';
import type { Preparation } from './preparation.ts';
import { inSlot, type Slots } from './slots.ts';
import type { StandbyPool } from './standby-pool.ts';

/**
 * Keeps the tag at the last good state: when saves are quiet, the state is assembled once more, in a standby that never
 * runs, and committed by the same code as `sti build`. Then the artifacts of that image go to the standbys to come.
 */
export class ImageKeeper {
  readonly #job: Job;
  readonly #quietJob: Job;
  readonly #pool: StandbyPool;
  readonly #opened: OpenedSource;
  readonly #quietTime: number;
  readonly #emit: DevEmit;
  readonly #slots: Slots | undefined;
  #timer: NodeJS.Timeout | undefined;
  #making: AbortController | undefined;
  #previous: ImageDetails | undefined;
  taggedCycle: number | null = null;

  constructor(
    job: Job,
    quietJob: Job,
    pool: StandbyPool,
    opened: OpenedSource,
    options: { quietTime: number; emit: DevEmit; slots?: Slots },
  ) {
    this.#job = job;
    this.#quietJob = quietJob;
    this.#pool = pool;
    this.#opened = opened;
    this.#quietTime = options.quietTime;
    this.#emit = options.emit;
    this.#slots = options.slots;
  }

  /** Makes the image of this state once nothing was saved for the quiet time. */
  makeWhenQuiet(cycle: number, opened: OpenedSource, preparation: Preparation): void {
    this.cancel();
    if (this.#job.checked.tag === null) return;
    this.#timer = setTimeout(() => {
      this.make(cycle, opened, preparation).catch((error: unknown) => {
        if (!this.#job.signal.aborted) this.#job.reporter.warn(`the image could not be made: ${String(error)}`);
      });
    }, this.#quietTime);
  }

  /** A save makes an image under way worthless. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#making?.abort();
  }

  async make(cycle: number, opened: OpenedSource, preparation: Preparation): Promise<void> {
    const making = new AbortController();
    this.#making = making;
    const place = await this.#pool.take(opened.tree);
    making.signal.addEventListener('abort', () => place.standby.discard(), { once: true });
    try {
      if (making.signal.aborted) return place.standby.discard();
      const assembled = await inSlot(this.#slots, making.signal, () =>
        assembleStage(this.#quietJob, place, preparation.assemble, preparation.builder.image),
      );
      await this.commit(cycle, place, assembled, opened, preparation);
    } catch (error) {
      if (!making.signal.aborted) throw error;
    } finally {
      this.#pool.fillUp();
    }
  }

  /** Commits and tags an assembled container; the image's id. */
  async commit(
    cycle: number,
    place: Workplace,
    assembled: Assembled,
    opened: OpenedSource,
    preparation: Preparation,
  ): Promise<string> {
    const began = Date.now();
    const { builder, facts, scripts, run, env } = preparation;
    const inputs = {
      place,
      builder,
      facts,
      opened,
      scripts,
      run,
      env,
      assembled,
      previous: this.#previous,
      incremental: false,
    };
    const { imageId, tag } = await commitStage(this.#quietJob, inputs);
    this.taggedCycle = cycle;
    this.#previous = await this.#job.engine.inspectImage(imageId);
    if (tag !== null) {
      const at = Date.now();
      void this.#emit({ type: 'image-tagged', at, cycle, tag, imageId, ms: at - began });
    }
    this.#saveArtifacts(preparation).catch((error: unknown) => {
      if (!this.#job.signal.aborted) this.#job.reporter.warn(`artifacts could not be saved: ${String(error)}`);
    });
    return imageId;
  }

  async #saveArtifacts({ builder, scripts, env }: Preparation): Promise<void> {
    const script = scripts.found.get('save-artifacts');
    const previous = this.#previous;
    if (script === undefined || previous === undefined || this.#job.request.clean) return;
    const { destination } = builder.spec;
    const { engine, session, cache, signal } = this.#job;
    const facts = learnImageFacts(engine, session, cache, { imageId: previous.id, destination, files: [] }, signal);
    const saved = await saveArtifacts(this.#quietJob, {
      previous,
      script,
      scriptIsOlder: false,
      builderId: builder.image.id,
      trees: scriptTrees(this.#opened.tree, scripts),
      env,
      destination,
      facts,
      output: this.#quietJob.reporter.output('artifacts'),
    });
    if (saved.tree !== undefined) this.#pool.setArtifacts({ ...saved.tree, disposable: false });
  }
}

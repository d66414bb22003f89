import type { Job } from '../../build/job.ts';
import type { Reporter } from '../../build/reporter.ts';
import type { FileChange } from '../../engine/engine.ts';
import { messageOf } from '../../errors.ts';
import type { SyncMapping } from '../../protocol/sync-mappings.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { DevEmit } from '../events.ts';
import type { State } from '../image/state.ts';
import type { Layer } from './layers/facts.ts';
import { readLayer } from './layers/read.ts';
import { type Memory, recollect } from './memory.ts';
import { type Base, decideBetween, layerOf, type NotSynced, type Plan, type Served } from './plan.ts';
import { provedWrong, provenLessons, withFiles } from './proof.ts';
import { doneOf, type Loaded, loadFiles, type PutTarget, putFiles } from './put.ts';
import { believe, disbelieve, type Study, tellNotLearned } from './study/believe.ts';
import { type Contents, contentsSince } from './study/contents.ts';
import { learnFrom } from './study/learn.ts';
import { type Waiting, WaitingContainers, type WaitingOptions } from './waiting.ts';

export interface SyncOptions extends WaitingOptions {
  readonly sync: boolean;
  /** What the configuration says is only copied. */
  readonly mappings: readonly SyncMapping[];
  readonly emit: DevEmit;
}

/** What an image has shown of a state that was served before. */
export type Verdict = { readonly is: 'right' } | { readonly is: 'wrong'; readonly why: string };

/** An image that was made, and what it has over its builder. */
interface Image {
  readonly imageId: string;
  readonly changes: readonly FileChange[] | undefined;
}

export interface Synced extends Waiting {
  readonly why: string;
}

/** Where assemble takes no longer, a standby serves a save as soon, unless the configuration asks for it; milliseconds. */
const worthwhile = 250;

/**
 * The way past assemble (docs/dashboard.md, "The way of a save"): which files of a source are only copied is learned from
 * images, saves of such files go into a container of the last image, and the next image proves each of them right or wrong.
 */
export class Sync {
  readonly #reporter: Reporter;
  readonly #job: Job;
  readonly #options: SyncOptions;
  readonly #waiting: WaitingContainers<Base>;
  readonly #hasVolumes: boolean;
  readonly #closing = new AbortController();
  #memory: Memory | undefined;
  #base: Base | undefined;
  #served: Served | undefined;
  #assembleMs = 0;
  /** The source of the last image. */
  #published: FileTree | undefined;
  #studying: Promise<unknown> = Promise.resolve();

  /** @param quietJob one that tells no steps */
  constructor({ reporter }: Job, quietJob: Job, options: SyncOptions) {
    this.#reporter = reporter;
    this.#job = quietJob;
    this.#hasVolumes = (quietJob.request.volumes ?? []).length > 0;
    this.#options = options;
    this.#waiting = new WaitingContainers(quietJob, options);
  }

  /** How long assemble has taken. */
  assembled(ms: number): void {
    this.#assembleMs = ms;
  }

  /**
   * A container with this state in it, without assemble. Else why that isn't possible, in words; undefined: it isn't to be
   * expected.
   */
  async take(state: State, abandoned: AbortSignal): Promise<Synced | NotSynced | undefined> {
    const plan = this.#plan(state, [...this.#waiting.bases, this.#base]);
    if (plan === undefined || 'whyNot' in plan) return plan;
    const waiting = await this.#waiting.take(plan.base);
    if (waiting === undefined) return { whyNot: 'no container of the last image was ready' };
    const { base, steps, why } = plan;
    const { gate } = waiting;
    try {
      const loaded = loadFiles(state.opened.tree.root, steps);
      await this.#put(plan, loaded, { id: gate.id, gate }, abandoned);
      this.#served = { cycle: state.cycle, base, done: doneOf(loaded) };
      return { ...waiting, why };
    } catch (error) {
      gate.discard();
      return { whyNot: messageOf(error) };
    }
  }

  /** The same in a container that runs an earlier state already and takes up what changes by itself. */
  async takeUp(
    state: State,
    { running, to }: { readonly running: State; readonly to: PutTarget },
    abandoned: AbortSignal,
  ): Promise<{ readonly why: string } | NotSynced | undefined> {
    const plan = this.#plan(state, [this.#base]);
    if (plan === undefined || 'whyNot' in plan) return plan;
    if (this.#hasVolumes) return { whyNot: 'the application has volumes' };
    const layer = layerOf(running, this.#base, this.#served);
    if (layer === undefined) return { whyNot: 'what runs has no image yet' };
    const { base, grounds, steps } = plan;
    const since = decideBetween({ state: running, layer }, state, grounds);
    if (since.way === 'assemble') return { whyNot: since.why };
    try {
      const { root } = state.opened.tree;
      const [loaded, sinceImage] = [loadFiles(root, since.steps), loadFiles(root, steps)];
      await this.#put({ base: { layer }, why: since.why }, loaded, to, abandoned);
      this.#served = { cycle: state.cycle, base, done: doneOf(sinceImage) };
      return { why: since.why };
    } catch (error) {
      return { whyNot: messageOf(error) };
    }
  }

  /** The way from the first of these images that leads to a state without assemble; else why the last doesn't. */
  #plan(state: State, bases: readonly (Base | undefined)[]): Plan | NotSynced | undefined {
    let plan: Plan | NotSynced | undefined;
    for (const base of bases) {
      plan = this.#planFrom(base, state);
      if (plan !== undefined && 'steps' in plan) return plan;
    }
    return plan;
  }

  /** What of a state is another than in an image, where all of that is only copied. */
  #planFrom(base: Base | undefined, state: State): Plan | NotSynced | undefined {
    const grounds = this.#memory;
    if (base === undefined || grounds === undefined || !this.#isWorthwhile) return undefined;
    if (state.inputs.digest !== base.state.inputs.digest) return undefined;
    const decision = decideBetween(base, state, grounds);
    return decision.way === 'sync' ? { base, grounds, ...decision } : { whyNot: decision.why };
  }

  get #isWorthwhile(): boolean {
    return this.#options.mappings.length > 0 || this.#assembleMs >= worthwhile;
  }

  #put(
    { base, why }: { readonly base: Pick<Base, 'layer'>; readonly why: string },
    loaded: readonly Loaded[],
    to: PutTarget,
    abandoned: AbortSignal,
  ): Promise<void> {
    return this.#reporter.step('sync', async () => {
      const value = await putFiles(
        this.#job.engine,
        to,
        { loaded, layer: base.layer, gateOnly: this.#hasVolumes },
        abandoned,
      );
      return { summary: why, value };
    });
  }

  /** A container for the next save. */
  refill(): void {
    this.#waiting.refill();
  }

  /**
   * An image was made of a state: learns from it and, where that state was served without assemble, says whether it was
   * served right.
   */
  published(state: State, image: Image): Promise<Verdict | undefined> {
    const { sync, emit } = this.#options;
    if (!sync) return Promise.resolve(undefined);
    const { cycle, opened } = state;
    // An image can be looked at later; its source may be another one by then.
    const contents = contentsSince(this.#published ?? opened.tree, opened.tree);
    this.#published = opened.tree;
    if (!this.#isWorthwhile) {
      tellNotLearned([], `assemble takes no longer than ${worthwhile} ms`, { cycle, emit });
      return Promise.resolve(undefined);
    }
    const studied = this.#studying.then(() => this.#study(state, image, contents));
    this.#studying = studied.catch((error) => {
      if (!this.#closing.signal.aborted) tellNotLearned([], messageOf(error), { cycle, emit });
    });
    return studied;
  }

  /** Until an image is made again, everything is assembled. false: this state was not served without assemble. */
  doubt({ cycle }: State): boolean {
    if (this.#served?.cycle !== cycle) return false;
    this.#base = undefined;
    this.#waiting.use(undefined);
    return true;
  }

  /** Resolves when a container of the last image waits, and none of one before. */
  settled(): Promise<void> {
    return this.#waiting.settled();
  }

  close(): void {
    this.#closing.abort();
    this.#waiting.use(undefined);
  }

  async #study(state: State, { imageId, changes }: Image, contents: Contents): Promise<Verdict | undefined> {
    const { signal } = this.#closing;
    signal.throwIfAborted();
    const either = AbortSignal.any([signal, this.#job.signal]);
    const memory = await recollect(this.#job, state.inputs, this.#options.mappings, this.#memory, either);
    if (memory !== this.#memory) this.#base = undefined;
    this.#memory = memory;
    const layer = await readLayer(this.#job, imageId, changes, either).catch((error: unknown) => {
      either.throwIfAborted();
      this.#reporter.warn(`could not compare the image with its builder: ${messageOf(error)}`);
      return messageOf(error);
    });
    signal.throwIfAborted();
    const before = this.#base;
    const isSeen = typeof layer !== 'string';
    if (isSeen) this.#base = { state, imageId, layer };
    const study = { cycle: state.cycle, memory, emit: this.#options.emit };
    const verdict = isSeen ? this.#prove(state, layer, study) : undefined;
    if (verdict === undefined) learnFrom(before, { state, layer, contents }, study);
    this.#waiting.use(isSeen && memory.isOfUse ? this.#base : undefined);
    await memory.save();
    return verdict;
  }

  #prove({ cycle }: State, layer: Layer, study: Study): Verdict | undefined {
    const served = this.#served;
    if (served?.cycle !== cycle) return undefined;
    const why = provedWrong(withFiles(served.base.layer, served.done), layer);
    if (why === undefined) {
      void study.emit({ type: 'proven', at: Date.now(), cycle });
      believe(provenLessons(served.done, study.memory.knowledge), study);
      return { is: 'right' };
    }
    disbelieve(
      served.done.map(({ kind }) => kind),
      why,
      study,
    );
    return { is: 'wrong', why };
  }
}

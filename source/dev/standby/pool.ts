import type { BuildContainer, BuildContainerSpec } from '../../build/container/container.ts';
import { containerGone } from '../../build/container/failures.ts';
import { openContainer } from '../../build/container/open.ts';
import type { Job } from '../../build/job.ts';
import { withExecutable } from '../../build/scripts/resolve.ts';
import { StiError } from '../../errors.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { BuildInputs } from '../inputs/inputs.ts';
import { mayRunInPlace } from '../serve/run-path.ts';
import { type Content, type Kept, StandbyFiles } from './files.ts';
import { movesMany } from './moved-artifacts.ts';
import { prepare } from './prepare.ts';
import { changeSlots, claimable, emptySlots, isFree, isMade, type SlotEvent } from './slots.ts';

/** One that is somebody's now. */
export interface Standby extends Omit<Kept, 'content'> {
  /** Looks at what assemble has left of the artifacts, for the standbys to come. */
  look(): Promise<void>;
}

export interface PoolOptions {
  readonly standbys: number;
  readonly publish?: BuildContainerSpec['publish'];
  /** A waiting container has ended by itself. */
  readonly onLost: () => void;
}

/**
 * Containers that wait for the next save, with the current source and the newest artifacts in them: a save costs the copy of
 * what changed and nothing else. At most so many at a time; whoever finds none ready waits for the one being prepared.
 */
export class StandbyPool {
  readonly #job: Job;
  readonly #options: PoolOptions;
  readonly #files: StandbyFiles;
  #slots = emptySlots(0);
  /** By the slot's id; another promise after each refresh. */
  readonly #kept = new Map<number, Promise<Kept>>();
  #inputs: BuildInputs | undefined;
  #tree: FileTree | undefined;
  #artifacts: FileTree | undefined;
  /** Whether standbys have their files in their own layer, where assemble moves many artifacts: an image's never have. */
  #ownLayer: 'no' | 'yes' | 'never' = 'no';
  /** One is filled after the other: the first is ready sooner. */
  #filling: Promise<unknown> = Promise.resolve();

  constructor(job: Job, options: PoolOptions) {
    this.#job = job;
    this.#options = options;
    this.#slots = emptySlots(options.standbys);
    this.#files = new StandbyFiles(job, options.standbys);
  }

  /** From now on standbys are made like this; others are thrown away. */
  use(inputs: BuildInputs, tree: FileTree): void {
    if (this.#inputs?.digest !== inputs.digest) {
      this.#change({ type: 'outdated' });
      this.#files.clear();
      this.#ownLayer = mayRunInPlace(inputs, this.#job.request) ? 'no' : 'never';
    }
    this.#inputs = inputs.isOnBuild ? undefined : inputs;
    this.#tree = tree;
    this.#fillUp();
  }

  /** undefined: standbys without any. */
  setArtifacts(artifacts: FileTree | undefined): void {
    if (artifacts === undefined && this.#artifacts !== undefined) this.#change({ type: 'outdated' });
    this.#files.retire(this.#artifacts, artifacts);
    this.#artifacts = artifacts;
    this.refresh();
  }

  /** Brings what waits to the newest source and replaces what was taken, in the background. */
  refresh(tree = this.#tree): void {
    this.#tree = tree;
    for (const { id } of this.#slots.slots.filter(isFree)) {
      const newest = this.#kept.get(id)?.then((kept) => this.#bringUpToDate(kept));
      if (newest !== undefined) this.#keep(id, newest);
    }
    this.#fillUp();
  }

  /** A later source was seen, which whatever is being prepared goes on with. */
  saw(tree: FileTree): void {
    this.#tree = tree;
  }

  /** Whether `take` gives one that is there already. */
  hasMade({ toRun }: { readonly toRun: boolean }): boolean {
    const next = claimable(this.#slots);
    return (this.#ownLayer !== 'yes' || toRun) && next !== undefined && isMade(next);
  }

  /** A standby with this source in it; one `toRun` becomes the application, or is followed by it, and never an image's. */
  async take(
    tree: FileTree,
    { toRun, abandoned }: { readonly toRun: boolean; readonly abandoned: AbortSignal },
  ): Promise<Standby> {
    // As many may have ended since as wait; one more is the image's fault.
    for (let others = this.#options.standbys; ; others -= 1) {
      const kept = await this.#next(tree, toRun, abandoned);
      const { container, content, entered } = kept;
      try {
        await this.#bringUpToDate(kept, tree, toRun);
        if (container.gate.hasEnded) throw containerGone(undefined);
        entered.at = this.#files.now();
        const look = async () => this.#learn(content, await container.gate.list(container.path('artifacts')));
        return { ...kept, look };
      } catch (error) {
        if (others === 0 || !container.gate.hasEnded || abandoned.aborted) throw error;
      }
    }
  }

  /** Standbys are no longer to have their files in their own layer: it doesn't work, or gains nothing. */
  leaveOwnLayer(): void {
    if (this.#ownLayer === 'yes') this.#change({ type: 'outdated' });
    this.#ownLayer = 'never';
    this.#fillUp();
  }

  /** Resolves when those that are being prepared now are ready, or have failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#kept.values());
  }

  async close(): Promise<void> {
    this.#inputs = undefined;
    const ending = [...this.#kept.values()];
    this.#change({ type: 'closed' });
    await Promise.allSettled(ending);
  }

  /** The one that's ready first. Who stops waiting leaves it to the next. */
  async #next(tree: FileTree, toRun: boolean, abandoned: AbortSignal): Promise<Kept> {
    const inputs = this.#inputs;
    if (inputs === undefined) throw new StiError('bug', 'a standby was taken before its inputs were known');
    abandoned.throwIfAborted();
    if (this.#ownLayer === 'yes' && !toRun) return this.#make(inputs, tree, false);
    const id = claimable(this.#slots)?.id ?? this.#slots.nextId;
    this.#change({ type: 'claimed' });
    abandoned.addEventListener('abort', () => this.#change({ type: 'released', id }), { once: true });
    try {
      const kept = await this.#kept.get(id);
      abandoned.throwIfAborted();
      if (kept === undefined) throw new StiError('bug', 'a standby was claimed that does not exist');
      return kept;
    } finally {
      if (!abandoned.aborted) this.#change({ type: 'taken', id });
    }
  }

  /** When the container is gone, what is left of its copies serves those to come. */
  async #reclaim(container: BuildContainer, content: Content, entered: Kept['entered']): Promise<void> {
    const left = await this.#files.reclaim(container, content, entered);
    if (left !== undefined) this.#learn(content, left);
  }

  #learn(content: Content, left: readonly string[]): void {
    const artifacts = content.get('artifacts');
    if (this.#ownLayer !== 'no' || artifacts === undefined || !movesMany(artifacts, left)) return;
    this.#ownLayer = 'yes';
    this.#change({ type: 'outdated' });
    this.#fillUp();
  }

  #fillUp(): void {
    if (this.#inputs !== undefined && this.#tree !== undefined) this.#change({ type: 'wanted' });
  }

  #change(event: SlotEvent): void {
    const { next, make, discard } = changeSlots(this.#slots, event);
    this.#slots = next;
    for (const id of discard) {
      this.#kept
        .get(id)
        ?.then(({ container }) => container.gate.discard())
        .catch(() => {});
    }
    for (const id of this.#kept.keys()) if (!next.slots.some((slot) => slot.id === id)) this.#kept.delete(id);
    for (const id of make) this.#start(id);
  }

  #start(id: number): void {
    const [inputs, tree] = [this.#inputs, this.#tree];
    if (inputs === undefined || tree === undefined) return;
    const kept = this.#make(inputs, tree, this.#ownLayer === 'yes');
    this.#keep(id, kept);
    kept
      .then(({ container }) => {
        this.#change({ type: 'made', id });
        return container.gate.gone;
      })
      .then(() => {
        const waited = this.#kept.has(id);
        this.#change({ type: 'broken', id });
        if (waited) this.#options.onLost();
      })
      .catch(() => {});
  }

  #keep(id: number, kept: Promise<Kept>): void {
    this.#kept.set(id, kept);
    kept.catch(() => {
      if (this.#kept.get(id) === kept) this.#change({ type: 'broken', id });
    });
  }

  /** @param others how many more are tried where one ends before it is ready; after that it is the image's fault */
  async #make(inputs: BuildInputs, tree: FileTree, ownLayer: boolean, others = 2): Promise<Kept> {
    const { builder, facts, scripts, env } = inputs;
    const { publish } = this.#options;
    const options = { ...(ownLayer && { ownLayer: 'thrown-away' as const }), ...(publish && { publish }) };
    const container = await openContainer(this.#job, builder, Promise.resolve(facts), env, options);
    const content: Content = new Map();
    const entered: Kept['entered'] = { at: undefined };
    if (!this.#job.request.keepWorkspace) this.#reclaim(container, content, entered).catch(() => {});
    try {
      const filled = this.#filling.then(() => this.#files.fill(container, content, scripts, tree, () => this.#tree));
      this.#filling = filled.catch(() => {});
      const prepared = await prepare(this.#job, container, inputs, filled);
      return await this.#bringUpToDate({ ...prepared, container, content, ownLayer, entered });
    } catch (error) {
      const mayTryAgain =
        container.gate.hasEnded && others > 0 && this.#inputs !== undefined && !this.#job.signal.aborted;
      container.gate.discard();
      if (!mayTryAgain) throw error;
      return this.#make(inputs, tree, ownLayer, others - 1);
    }
  }

  async #bringUpToDate(kept: Kept, tree = this.#tree, mayPut = false): Promise<Kept> {
    const { container, content } = kept;
    try {
      if (tree !== undefined && this.#inputs !== undefined) {
        const source = withExecutable(tree, this.#inputs.scripts.sourceScripts);
        await this.#files.sync(container, content, 'src', source, mayPut);
      }
      if (this.#artifacts !== undefined) await this.#files.sync(container, content, 'artifacts', this.#artifacts);
      return kept;
    } catch (error) {
      container.gate.discard();
      throw error;
    }
  }
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installRun } from '../build/commit.ts';
import { openContainer } from '../build/container-stage.ts';
import type { Job } from '../build/job.ts';
import { withExecutable } from '../build/scripts.ts';
import { removeFolder } from '../build/session.ts';
import type { WorkplaceSpec } from '../build/workplace.ts';
import { StiError } from '../errors.ts';
import type { FileTree } from '../origin/tree.ts';
import { movesMany } from './moved-artifacts.ts';
import type { Preparation } from './preparation.ts';
import { mayRunInPlace } from './run-path.ts';
import { type Content, StandbyFiles } from './standby-files.ts';
import { discardSlot, type Kept, openSlot, type Slot } from './standby-slot.ts';

/** A container that waits with the source in it. */
export interface Standby extends Omit<Kept, 'content'> {
  /** Looks at what assemble has left of the artifacts, for the standbys to come. */
  look(): Promise<void>;
  /** Takes over what was in the container's sight and isn't needed there any more: a folder of this machine. */
  reclaim(folder: string): Promise<void>;
}

export interface PoolOptions {
  readonly standbys: number;
  readonly publish?: WorkplaceSpec['publish'];
  /** A waiting container has ended by itself. */
  readonly onDied: (error: StiError) => void;
}

/**
 * Containers that wait for the next save, with the current source and the newest artifacts in them: so that a save costs
 * the copy of what changed and nothing else. At most so many at a time; whoever finds none ready waits for the one that's
 * being prepared.
 */
export class StandbyPool {
  readonly #job: Job;
  readonly #options: PoolOptions;
  readonly #files: StandbyFiles;
  #slots: Slot[] = [];
  #preparation: Preparation | undefined;
  #tree: FileTree | undefined;
  #artifacts: FileTree | undefined;
  /**
   * Whether standbys have their files in their own layer. Where assemble moves many artifacts, that renames them instead
   * of copying them; an image then needs a standby of another kind.
   */
  #ownLayer: 'no' | 'yes' | 'never' = 'no';
  /** One is filled after the other: the first is ready sooner. */
  #filling: Promise<unknown> = Promise.resolve();

  constructor(job: Job, options: PoolOptions) {
    this.#job = job;
    this.#options = options;
    this.#files = new StandbyFiles(job, options.standbys);
  }

  /** From now on standbys are made like this; others are thrown away. */
  use(preparation: Preparation, tree: FileTree): void {
    if (this.#preparation?.digest !== preparation.digest) {
      this.#throwAway();
      this.#files.clear();
      this.#ownLayer = mayRunInPlace(preparation) ? 'no' : 'never';
    }
    this.#preparation = preparation;
    this.#tree = tree;
    this.#fillUp();
  }

  /** undefined: standbys without any. */
  setArtifacts(artifacts: FileTree | undefined): void {
    if (artifacts === undefined && this.#artifacts !== undefined) this.#throwAway();
    this.#artifacts = artifacts;
    this.refresh();
  }

  /** Brings what waits to the newest source and replaces what was taken, in the background. */
  refresh(tree = this.#tree): void {
    this.#tree = tree;
    for (const slot of this.#slots.filter(({ claimed }) => !claimed)) {
      slot.kept = slot.kept.then((kept) => this.#bringUpToDate(kept));
      this.#dropWhenBroken(slot, slot.kept);
    }
    this.#fillUp();
  }

  /** Whether `take` gives one that is there already. */
  hasMade({ toRun }: { readonly toRun: boolean }): boolean {
    return (this.#ownLayer !== 'yes' || toRun) && this.#slots.some(({ isMade, claimed }) => isMade && !claimed);
  }

  /** A standby with this source in it; one `toRun` becomes the application, or is followed by it, and never an image's. */
  async take(
    tree: FileTree,
    { toRun, abandoned }: { readonly toRun: boolean; readonly abandoned: AbortSignal },
  ): Promise<Standby> {
    this.#tree = tree;
    const kept = await this.#bringUpToDate(await this.#next(tree, toRun, abandoned), toRun);
    const { place, content } = kept;
    const since = this.#files.opened();
    return {
      ...kept,
      look: async () => this.#learn(content, await place.standby.list(place.path('artifacts'))),
      reclaim: async (folder) => {
        this.#learn(content, await readdir(join(folder, 'artifacts')).catch(() => []));
        await this.#files.reclaim(place, content, folder, since);
      },
    };
  }

  /** Standbys are no longer to have their files in their own layer: it doesn't work, or gains nothing. */
  leaveOwnLayer(): void {
    if (this.#ownLayer === 'yes') this.#throwAway();
    this.#ownLayer = 'never';
    this.#fillUp();
  }

  /** Resolves when those that are being prepared now are ready, or have failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#slots.map(({ kept }) => kept));
  }

  async close(): Promise<void> {
    this.#preparation = undefined;
    const slots = this.#slots.splice(0);
    await Promise.allSettled(slots.map(async ({ kept }) => (await kept).place.standby.discard()));
  }

  /** The one that's ready first. Who stops waiting leaves it to the next. */
  async #next(tree: FileTree, toRun: boolean, abandoned: AbortSignal): Promise<Kept> {
    const preparation = this.#preparation;
    if (preparation === undefined) throw new StiError('bug', 'a standby was taken before there was a preparation');
    abandoned.throwIfAborted();
    if (this.#ownLayer === 'yes' && !toRun) return this.#make(preparation, tree, false);
    const free = this.#slots.filter(({ claimed }) => !claimed);
    const slot = free.find(({ isMade }) => isMade) ?? free[0] ?? this.#add(preparation, tree);
    slot.claimed = true;
    abandoned.addEventListener('abort', () => (slot.claimed = false), { once: true });
    try {
      const kept = await slot.kept;
      abandoned.throwIfAborted();
      return kept;
    } finally {
      if (!abandoned.aborted) this.#drop(slot);
      // With another one left its successor can wait until this save is served, instead of slowing it down.
      if (this.#slots.length === 0) this.#fillUp();
    }
  }

  #learn(content: Content, left: readonly string[]): void {
    const artifacts = content.get('artifacts');
    if (this.#ownLayer !== 'no' || artifacts === undefined || !movesMany(artifacts, left)) return;
    this.#ownLayer = 'yes';
    this.#throwAway();
    this.#fillUp();
  }

  #throwAway(): void {
    const free = this.#slots.filter(({ claimed }) => !claimed);
    this.#slots = this.#slots.filter(({ claimed }) => claimed);
    for (const slot of free) discardSlot(slot);
  }

  #fillUp(): void {
    const [preparation, tree] = [this.#preparation, this.#tree];
    if (preparation === undefined || tree === undefined) return;
    while (this.#slots.length < this.#options.standbys) this.#add(preparation, tree);
  }

  #add(preparation: Preparation, tree: FileTree): Slot {
    const slot = openSlot(this.#make(preparation, tree, this.#ownLayer === 'yes'));
    this.#slots.push(slot);
    this.#dropWhenBroken(slot, slot.kept);
    slot.kept
      .then(({ place }) => place.standby.gone)
      .then((error) => {
        if (this.#drop(slot)) this.#options.onDied(error);
      })
      .catch(() => {});
    return slot;
  }

  #dropWhenBroken(slot: Slot, kept: Promise<Kept>): void {
    kept.catch(() => {
      if (slot.kept === kept) this.#drop(slot);
    });
  }

  #drop(slot: Slot): boolean {
    const waited = this.#slots.includes(slot);
    this.#slots = this.#slots.filter((other) => other !== slot);
    return waited;
  }

  async #make(preparation: Preparation, tree: FileTree, ownLayer: boolean): Promise<Kept> {
    const { builder, facts, scripts, env, run } = preparation;
    const { engine, signal } = this.#job;
    const { publish } = this.#options;
    const options = { ownLayer, ...(publish && { publish }) };
    const place = await openContainer(this.#job, builder, Promise.resolve(facts), env, options);
    const { stage } = place;
    const goes = stage !== undefined && !this.#job.request.keepWorkspace;
    if (goes) void place.standby.over.then(() => removeFolder(stage)).catch(() => {});
    try {
      const filled = this.#filling.then(() => this.#files.fill(place, scripts, tree, () => this.#tree));
      this.#filling = filled.catch(() => {});
      const looked = engine.inspectContainer(place.standby.id);
      const [content, details] = await Promise.all([filled, looked, place.standby.ready]);
      if (details === undefined) throw new StiError('engine-failed', 'a standby is not there any more');
      if (run.content !== undefined) await installRun(engine, place.standby.id, run, signal);
      return await this.#bringUpToDate({ place, details, content, ownLayer });
    } catch (error) {
      place.standby.discard();
      throw error;
    }
  }

  async #bringUpToDate(kept: Kept, mayPut = false): Promise<Kept> {
    const { place, content } = kept;
    try {
      if (this.#tree !== undefined && this.#preparation !== undefined) {
        const source = withExecutable(this.#tree, this.#preparation.scripts.sourceScripts);
        await this.#files.sync(place, content, 'src', source, mayPut);
      }
      if (this.#artifacts !== undefined) await this.#files.sync(place, content, 'artifacts', this.#artifacts);
      return kept;
    } catch (error) {
      place.standby.discard();
      throw error;
    }
  }
}

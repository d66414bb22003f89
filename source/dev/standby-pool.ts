import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { installRun } from '../build/commit.ts';
import { fillContainer, openContainer } from '../build/container-stage.ts';
import type { Job } from '../build/job.ts';
import { type ScriptSet, withExecutable } from '../build/scripts.ts';
import type { Workplace, WorkplaceSpec } from '../build/workplace.ts';
import type { ContainerDetails } from '../engine/engine.ts';
import { StiError } from '../errors.ts';
import { syncTree, treeDelta } from '../origin/sync-tree.ts';
import type { FileTree, TreeEntry } from '../origin/tree.ts';
import type { Preparation } from './preparation.ts';
import { readSmall, smallChange } from './small-change.ts';

/** A container that waits with the source in it. */
export interface Standby {
  readonly place: Workplace;
  /** As the engine sees it since it runs. */
  readonly details: ContainerDetails;
}

interface Kept extends Standby {
  /** What of the source it has. */
  entries: readonly TreeEntry[];
  artifacts: FileTree | undefined;
}

interface Slot {
  kept: Promise<Kept>;
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
  #slots: Slot[] = [];
  #preparation: Preparation | undefined;
  #tree: FileTree | undefined;
  #artifacts: FileTree | undefined;

  constructor(job: Job, options: PoolOptions) {
    this.#job = job;
    this.#options = options;
  }

  /** From now on standbys are made like this; others are thrown away. */
  use(preparation: Preparation, tree: FileTree): void {
    if (this.#preparation?.digest !== preparation.digest) this.#throwAway();
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
    for (const slot of this.#slots) {
      slot.kept = slot.kept.then((kept) => this.#bringUpToDate(kept));
      this.#dropWhenBroken(slot, slot.kept);
    }
    this.#fillUp();
  }

  /** A standby with this source in it; one `toRun` becomes the application, or is followed by it, and never an image's. */
  async take(tree: FileTree, { toRun }: { readonly toRun: boolean }): Promise<Standby> {
    this.#tree = tree;
    if (this.#slots.length === 0) this.#add();
    const slot = this.#slots.shift();
    if (slot === undefined) throw new StiError('bug', 'a standby was taken before there was a preparation');
    try {
      return await this.#bringUpToDate(await slot.kept, toRun);
    } catch (error) {
      discard(slot);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#preparation = undefined;
    const slots = this.#slots.splice(0);
    await Promise.allSettled(slots.map(async ({ kept }) => (await kept).place.standby.discard()));
  }

  #throwAway(): void {
    for (const slot of this.#slots.splice(0)) discard(slot);
  }

  #fillUp(): void {
    while (this.#preparation !== undefined && this.#slots.length < this.#options.standbys) this.#add();
  }

  #add(): void {
    const preparation = this.#preparation;
    const tree = this.#tree;
    if (preparation === undefined || tree === undefined) return;
    const slot: Slot = { kept: this.#make(preparation, tree) };
    this.#slots.push(slot);
    this.#dropWhenBroken(slot, slot.kept);
    slot.kept
      .then(({ place }) => place.standby.gone)
      .then((error) => {
        if (this.#drop(slot)) this.#options.onDied(error);
      })
      .catch(() => {});
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

  async #make(preparation: Preparation, tree: FileTree): Promise<Kept> {
    const { builder, facts, scripts, env, run } = preparation;
    const { engine, signal } = this.#job;
    const place = await openContainer(this.#job, builder, Promise.resolve(facts), env, this.#options.publish);
    try {
      const entries = await this.#fill(place, tree, scripts);
      await place.standby.ready;
      if (run.content !== undefined) await installRun(engine, place.standby.id, run, signal);
      const details = await engine.inspectContainer(place.standby.id);
      if (details === undefined) throw new StiError('engine-failed', 'a standby is not there any more');
      return await this.#bringUpToDate({ place, details, entries, artifacts: undefined });
    } catch (error) {
      place.standby.discard();
      throw error;
    }
  }

  /** Resolves to what of the source is in it now. */
  async #fill(place: Workplace, tree: FileTree, scripts: ScriptSet): Promise<readonly TreeEntry[]> {
    const { signal } = this.#job;
    try {
      await fillContainer(place, tree, scripts, signal);
      return tree.entries;
    } catch (error) {
      const newest = this.#tree;
      // A file that was saved while it was read: the newer tree has it.
      if (newest === undefined || newest === tree || signal.aborted) throw error;
      await this.#remove(place, treeDelta(tree.entries, newest.entries).remove);
      return this.#fill(place, newest, scripts);
    }
  }

  async #bringUpToDate(kept: Kept, mayPut = false): Promise<Kept> {
    const [tree, preparation] = [this.#tree, this.#preparation];
    if (tree !== undefined && preparation !== undefined && kept.entries !== tree.entries) {
      await this.#sync(kept, withExecutable(tree, preparation.scripts.sourceScripts), mayPut);
      kept.entries = tree.entries;
    }
    if (this.#artifacts !== undefined && kept.artifacts === undefined) {
      kept.artifacts = this.#artifacts;
      await kept.place.place(this.#artifacts, 'artifacts', this.#job.signal);
    }
    return kept;
  }

  /** A file that the gate has put there is as old as that: not for an image. */
  async #sync({ place, entries }: Kept, tree: FileTree, mayPut: boolean): Promise<void> {
    const { signal } = this.#job;
    if (place.stage !== undefined) {
      await syncTree(entries, tree, join(place.stage, 'src'), { owner: await place.owner, signal });
      return;
    }
    const delta = treeDelta(entries, tree.entries);
    const small = mayPut ? smallChange(entries, delta) : undefined;
    const files = small && readSmall(tree.root, small);
    if (files !== undefined && (await place.put(files, 'src'))) return;
    await this.#remove(place, delta.remove);
    if (delta.bring.length > 0) await place.place({ ...tree, entries: delta.bring }, 'src', signal);
  }

  async #remove(place: Workplace, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const { engine, signal } = this.#job;
    if (place.stage !== undefined) {
      for (const path of paths) rmSync(join(place.stage, 'src', path), { recursive: true, force: true });
      return;
    }
    await place.standby.ready;
    const command = ['rm', '-rf', ...paths.map((path) => `${place.path('src')}/${path}`)];
    const { exitCode, output } = await engine.exec(place.standby.id, { command, user: '0' }, signal);
    if (exitCode !== 0) throw new StiError('builder', `a deleted file could not be taken out of a standby: ${output}`);
  }
}

function discard({ kept }: Slot): void {
  kept.then(({ place }) => place.standby.discard()).catch(() => {});
}

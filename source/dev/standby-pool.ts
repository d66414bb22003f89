import { join } from 'node:path';
import { installRun } from '../build/commit.ts';
import { fillContainer, openContainer } from '../build/container-stage.ts';
import type { Job } from '../build/job.ts';
import { withExecutable } from '../build/scripts.ts';
import type { Workplace } from '../build/workplace.ts';
import { StiError } from '../errors.ts';
import { syncTree, treeDelta } from '../origin/sync-tree.ts';
import type { FileTree, TreeEntry } from '../origin/tree.ts';
import type { Preparation } from './preparation.ts';

/** A container that waits with the source in it. */
interface Standby {
  readonly place: Workplace;
  /** What of the source it has. */
  entries: readonly TreeEntry[];
  artifacts: FileTree | undefined;
}

/**
 * Containers that wait for the next save, with the current source and the newest artifacts in them: so that a save costs
 * the copy of what changed and nothing else. At most `size` at a time; whoever finds none ready waits for the one that's
 * being prepared.
 */
export class StandbyPool {
  readonly #job: Job;
  readonly #size: number;
  #slots: Promise<Standby>[] = [];
  #preparation: Preparation | undefined;
  #tree: FileTree | undefined;
  #artifacts: FileTree | undefined;

  constructor(job: Job, size: number) {
    this.#job = job;
    this.#size = size;
  }

  /** From now on standbys are made like this; others are thrown away. */
  use(preparation: Preparation, tree: FileTree): void {
    if (this.#preparation?.digest !== preparation.digest) this.#throwAway();
    this.#preparation = preparation;
    this.#tree = tree;
    this.#fillUp();
  }

  setArtifacts(artifacts: FileTree | undefined): void {
    this.#artifacts = artifacts;
    this.refresh();
  }

  /** Brings what waits to the newest source, in the background. */
  refresh(tree = this.#tree): void {
    this.#tree = tree;
    this.#slots = this.#slots.map((slot) => {
      const fresh = slot.then((standby) => this.#bringUpToDate(standby));
      this.#dropWhenBroken(fresh);
      return fresh;
    });
    this.#fillUp();
  }

  /** A standby with exactly this source in it. */
  async take(tree: FileTree): Promise<Workplace> {
    this.#tree = tree;
    if (this.#slots.length === 0) this.#add();
    const slot = this.#slots.shift();
    if (slot === undefined) throw new StiError('bug', 'a standby was taken before there was a preparation');
    try {
      const standby = await this.#bringUpToDate(await slot);
      return standby.place;
    } catch (error) {
      (await slot.catch(() => undefined))?.place.standby.discard();
      throw error;
    }
  }

  /** Replaces what was taken. Called when the way of the save is over, so that it doesn't compete with it. */
  fillUp(): void {
    this.#fillUp();
  }

  async close(): Promise<void> {
    this.#preparation = undefined;
    const slots = this.#slots.splice(0);
    await Promise.allSettled(slots.map(async (slot) => (await slot).place.standby.discard()));
  }

  #throwAway(): void {
    for (const slot of this.#slots.splice(0)) slot.then(({ place }) => place.standby.discard()).catch(() => {});
  }

  #fillUp(): void {
    while (this.#preparation !== undefined && this.#slots.length < this.#size) this.#add();
  }

  #add(): void {
    const preparation = this.#preparation;
    const tree = this.#tree;
    if (preparation === undefined || tree === undefined) return;
    const slot = this.#make(preparation, tree);
    this.#dropWhenBroken(slot);
    this.#slots.push(slot);
  }

  #dropWhenBroken(slot: Promise<Standby>): void {
    slot.catch(() => {
      this.#slots = this.#slots.filter((other) => other !== slot);
    });
  }

  async #make(preparation: Preparation, tree: FileTree): Promise<Standby> {
    const { builder, facts, scripts, env, run } = preparation;
    const place = await openContainer(this.#job, builder, Promise.resolve(facts), env);
    try {
      await fillContainer(place, tree, scripts, this.#job.signal);
      await place.standby.ready;
      if (run.content !== undefined) await installRun(this.#job.engine, place.standby.id, run, this.#job.signal);
      const standby: Standby = { place, entries: tree.entries, artifacts: undefined };
      return await this.#bringUpToDate(standby);
    } catch (error) {
      place.standby.discard();
      // A file that was saved while it was read: the newer tree has it.
      if (this.#preparation === preparation && this.#tree !== tree) return this.#make(preparation, this.#tree ?? tree);
      throw error;
    }
  }

  async #bringUpToDate(standby: Standby): Promise<Standby> {
    const [tree, preparation] = [this.#tree, this.#preparation];
    if (tree !== undefined && preparation !== undefined && standby.entries !== tree.entries) {
      await this.#sync(standby, withExecutable(tree, preparation.scripts.sourceScripts));
      standby.entries = tree.entries;
    }
    if (this.#artifacts !== undefined && standby.artifacts === undefined) {
      standby.artifacts = this.#artifacts;
      await standby.place.place(this.#artifacts, 'artifacts', this.#job.signal);
    }
    return standby;
  }

  async #sync({ place, entries }: Standby, tree: FileTree): Promise<void> {
    const { signal, engine } = this.#job;
    if (place.stage !== undefined) {
      await syncTree(entries, tree, join(place.stage, 'src'), { owner: await place.owner, signal });
      return;
    }
    const { remove, bring } = treeDelta(entries, tree.entries);
    if (remove.length > 0) {
      const command = ['rm', '-rf', ...remove.map((path) => `${place.path('src')}/${path}`)];
      const { exitCode, output } = await engine.exec(place.standby.id, { command, user: '0' }, signal);
      if (exitCode !== 0)
        throw new StiError('builder', `a deleted file could not be taken out of a standby: ${output}`);
    }
    if (bring.length > 0) await place.place({ ...tree, entries: bring }, 'src', signal);
  }
}

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillContainer } from '../build/container-stage.ts';
import type { Job } from '../build/job.ts';
import { type ScriptSet, withExecutable } from '../build/scripts.ts';
import { removeFolder } from '../build/session.ts';
import type { Workplace } from '../build/workplace.ts';
import { StiError } from '../errors.ts';
import { syncTree, treeDelta } from '../origin/sync-tree.ts';
import type { FileTree, TreeEntry } from '../origin/tree.ts';
import { filesystemTime } from '../origin/used-copy.ts';
import { readSmall, smallChange } from './small-change.ts';
import { UsedCopies } from './used-copies.ts';

export type Part = 'src' | 'artifacts';

/** The trees that a standby has a copy of. */
export type Content = Map<Part, FileTree>;

/** Brings files into standbys, and takes over what is left of them when they are done. */
export class StandbyFiles {
  readonly #job: Job;
  readonly #copies: UsedCopies;

  /** @param most used copies to keep of each part */
  constructor(job: Job, most: number) {
    this.#job = job;
    this.#copies = new UsedCopies(job.session.folder, most);
  }

  /** Source and scripts for a standby that has nothing. `newest` gives a later tree when a file changed while it was read. */
  async fill(
    place: Workplace,
    scripts: ScriptSet,
    tree: FileTree,
    newest: () => FileTree | undefined,
  ): Promise<Content> {
    const { signal } = this.#job;
    const content: Content = new Map();
    const wanted = withExecutable(tree, scripts.sourceScripts);
    try {
      if (place.stage === undefined) await fillContainer(place, tree, scripts, signal);
      else {
        await this.sync(place, content, 'src', wanted);
        for (const { folder, tree: fetched } of scripts.trees) await place.place(fetched, folder, signal);
      }
      return content.set('src', wanted);
    } catch (error) {
      const later = newest();
      if (later === undefined || later === tree || signal.aborted) throw error;
      if (place.stage === undefined) await this.#remove(place, 'src', treeDelta(tree.entries, later.entries).remove);
      else rmSync(join(place.stage, 'src'), { recursive: true, force: true });
      return this.fill(place, scripts, later, newest);
    }
  }

  /**
   * Makes what a standby has of a part into a copy of this tree; only what differs is touched. With `mayPut` the gate may
   * write it: a file that it has written is as old as that, so never for an image.
   */
  async sync(place: Workplace, content: Content, part: Part, tree: FileTree, mayPut = false): Promise<void> {
    const before = content.get(part)?.entries;
    if (before === tree.entries) return;
    await this.#bring(place, before, part, tree, mayPut);
    content.set(part, tree);
  }

  async #bring(
    place: Workplace,
    before: readonly TreeEntry[] | undefined,
    part: Part,
    tree: FileTree,
    mayPut: boolean,
  ): Promise<void> {
    const { signal } = this.#job;
    if (place.stage !== undefined) {
      const destination = join(place.stage, part);
      place.placedNames.add(part);
      const there = before ?? (await this.#copies.reuse(part, destination, signal));
      await syncTree(there, tree, destination, { owner: await place.owner, signal });
      return;
    }
    if (before === undefined) return place.place(tree, part, signal);
    const delta = treeDelta(before, tree.entries);
    const small = mayPut ? smallChange(before, delta) : undefined;
    const files = small && readSmall(tree.root, small);
    if (files !== undefined && (await place.put(files, part))) return;
    await this.#remove(place, part, delta.remove);
    if (delta.bring.length > 0) await place.place({ ...tree, entries: delta.bring }, part, signal);
  }

  /** When a standby is opened: from now on its files may change. */
  opened(): number {
    return filesystemTime(join(this.#job.session.folder, 'now'));
  }

  /**
   * Takes over a folder of this machine that a standby had, or part of it, and removes it.
   *
   * @param since what {@link opened} gave
   */
  async reclaim(place: Workplace, content: Content, folder: string, since: number): Promise<void> {
    const owner = await place.owner;
    for (const name of readdirSync(folder)) {
      const entries = name === 'src' || name === 'artifacts' ? content.get(name)?.entries : undefined;
      if (entries !== undefined) this.#copies.keep(name, { folder: join(folder, name), entries, owner, since });
    }
    await removeFolder(folder);
  }

  /** What was kept is of no use any more. */
  clear(): void {
    this.#copies.clear();
  }

  async #remove(place: Workplace, part: Part, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const { engine, signal } = this.#job;
    await place.standby.ready;
    const command = ['rm', '-rf', ...paths.map((path) => `${place.path(part)}/${path}`)];
    const { exitCode, output } = await engine.exec(place.standby.id, { command, user: '0' }, signal);
    if (exitCode !== 0) throw new StiError('builder', `a deleted file could not be taken out of a standby: ${output}`);
  }
}

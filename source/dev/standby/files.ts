import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildContainer } from '../../build/container/container.ts';
import { fillContainer } from '../../build/container/open.ts';
import type { Job } from '../../build/job.ts';
import type { RuntimeStage } from '../../build/runtime/stage.ts';
import { type ScriptSet, withExecutable } from '../../build/scripts/resolve.ts';
import type { ContainerDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { removeFolder } from '../../tree/remove.ts';
import { filesystemTime } from '../../tree/reuse.ts';
import { syncTree, treeDelta } from '../../tree/sync.ts';
import type { FileTree, TreeEntry } from '../../tree/tree.ts';
import { ReusableCopies } from './reusable-copies.ts';
import { readSmall, smallChange } from './small-change.ts';

export type Part = 'src' | 'artifacts';

/** The trees that a standby has a copy of. */
export type Content = Map<Part, FileTree>;

/** A container that waits, and what is in it. */
export interface Kept {
  readonly container: BuildContainer;
  /** As the engine sees it since it runs. */
  readonly details: ContainerDetails;
  readonly content: Content;
  /** Its files are in its own layer: it can become the application, never an image. */
  readonly ownLayer: boolean;
  /** What it is taken into, when that is another image; undefined: it is committed itself. */
  readonly runtime: RuntimeStage | undefined;
  /** Takes out of it what assemble could see and no image has. */
  readonly takeBack: () => Promise<void>;
  /** When its files came into its sight, by the clock of their filesystem; undefined: they haven't. */
  readonly entered: { at: number | undefined };
}

/** Brings files into standbys, and takes over what is left of them when they are done. */
export class StandbyFiles {
  readonly #job: Job;
  readonly #copies: ReusableCopies;
  #retired: string | undefined;

  /** @param most used copies to keep of each part */
  constructor(job: Job, most: number) {
    this.#job = job;
    this.#copies = new ReusableCopies(job.workspace.folder, most);
  }

  /** Source and scripts for a standby that has nothing, noted in `content`. `newest` gives a later tree when a file changed while it was read. */
  async fill(
    container: BuildContainer,
    content: Content,
    scripts: ScriptSet,
    tree: FileTree,
    newest: () => FileTree | undefined,
  ): Promise<void> {
    const { signal } = this.#job;
    const wanted = withExecutable(tree, scripts.sourceScripts);
    try {
      if (container.bound === undefined) await fillContainer(container, tree, scripts, signal);
      else {
        await this.sync(container, content, 'src', wanted);
        for (const { folder, tree: fetched } of scripts.trees) await container.place(fetched, folder, signal);
      }
      content.set('src', wanted);
    } catch (error) {
      content.delete('src');
      const later = newest();
      if (later === undefined || later === tree || signal.aborted) throw error;
      if (container.bound === undefined)
        await this.#remove(container, 'src', treeDelta(tree.entries, later.entries).remove);
      else rmSync(join(container.bound.inbox, 'src'), { recursive: true, force: true });
      return this.fill(container, content, scripts, later, newest);
    }
  }

  /**
   * Makes what a standby has of a part into a copy of this tree; only what differs is touched. With `mayPut` the gate may
   * write it: a file that it has written is as old as that, so never for an image.
   */
  async sync(container: BuildContainer, content: Content, part: Part, tree: FileTree, mayPut = false): Promise<void> {
    const before = content.get(part)?.entries;
    if (before === tree.entries) return;
    await this.#bring(container, before, part, tree, mayPut);
    content.set(part, tree);
  }

  async #bring(
    container: BuildContainer,
    before: readonly TreeEntry[] | undefined,
    part: Part,
    tree: FileTree,
    mayPut: boolean,
  ): Promise<void> {
    const { signal } = this.#job;
    if (container.bound !== undefined) {
      const destination = join(container.bound.inbox, part);
      container.placedNames.add(part);
      const there = before ?? (await this.#copies.reuse(part, destination, signal));
      await syncTree(there, tree, destination, { owner: await container.owner, signal });
      return;
    }
    if (before === undefined) return container.place(tree, part, signal);
    const delta = treeDelta(before, tree.entries);
    const small = mayPut ? smallChange(before, delta) : undefined;
    const files = small && readSmall(tree.root, small);
    if (files !== undefined && (await container.put(files, part))) return;
    await this.#remove(container, part, delta.remove);
    if (delta.bring.length > 0) await container.place({ ...tree, entries: delta.bring }, part, signal);
  }

  /** By the clock of the filesystem that the copies are on. */
  now(): number {
    return filesystemTime(join(this.#job.workspace.folder, 'now'));
  }

  /**
   * Keeps what a container that is gone has left of its copies, for those to come, and removes the rest of its folder.
   * Resolves to the names that were left of the artifacts; undefined when they can't be seen.
   *
   * @param entered when the copies came into its sight; undefined: they never did
   */
  async reclaim(
    container: BuildContainer,
    content: Content,
    entered: { readonly at: number | undefined },
  ): Promise<readonly string[] | undefined> {
    const { bound, gate } = container;
    if (bound === undefined) return undefined;
    await gate.removed;
    const { at: since } = entered;
    let left: readonly string[] | undefined;
    if (since !== undefined) {
      const owner = await container.owner;
      for (const [part, { entries }] of content) {
        const folder = [bound.taken, bound.stage].map((parent) => join(parent, part)).find(isFolder);
        if (part === 'artifacts') left = folder === undefined ? [] : readdirSync(folder);
        if (folder !== undefined) this.#copies.keep(part, { folder, entries, owner, since });
      }
    }
    await removeFolder(bound.folder);
    return left;
  }

  /** Artifacts that newer ones have replaced go with the next that are: a standby may still be filled from them. */
  retire(old: FileTree | undefined, by: FileTree | undefined): void {
    if (old === undefined || old.root === by?.root) return;
    if (this.#retired !== undefined) removeFolder(this.#retired).catch(() => {});
    this.#retired = old.root;
  }

  /** What was kept is of no use any more. */
  clear(): void {
    this.#copies.clear();
  }

  async #remove(container: BuildContainer, part: Part, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const { engine, signal } = this.#job;
    await container.gate.ready;
    const command = ['rm', '-rf', ...paths.map((path) => `${container.path(part)}/${path}`)];
    const { exitCode, output } = await engine.exec(container.gate.id, { command, user: '0' }, signal);
    if (exitCode !== 0) throw new StiError('builder', `could not delete a file in a waiting container: ${output}`);
  }
}

/** Not a link that took its place. */
function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

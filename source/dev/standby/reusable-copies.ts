import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder } from '../../tree/remove.ts';
import { keepUntouched, type ReusableCopy } from '../../tree/reuse.ts';
import type { TreeEntry } from '../../tree/tree.ts';

/**
 * Copies that containers had and need no more, for those to come: in a large tree, to look through a copy for what the
 * container has changed costs a fraction of making another and removing this one.
 */
export class ReusableCopies {
  readonly #folder: string;
  readonly #most: number;
  readonly #copies = new Map<string, ReusableCopy[]>();
  #count = 0;

  /**
   * @param folder absolute; on the filesystem of those who give and take
   * @param most of each name
   */
  constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
  }

  /** Moves the copy out of the sight of the container that had it. */
  keep(name: string, copy: ReusableCopy): void {
    this.#count += 1;
    const folder = join(this.#folder, `used-${name}-${this.#count}`);
    renameSync(copy.folder, folder);
    const copies = [...(this.#copies.get(name) ?? []), { ...copy, folder }];
    this.#copies.set(name, copies.slice(-this.#most));
    for (const old of copies.slice(0, -this.#most)) drop(old);
  }

  /** Moves a copy to where it's wanted, and resolves to what of it is still as it was put there; nothing without a copy. */
  async reuse(name: string, to: string, signal: AbortSignal): Promise<readonly TreeEntry[]> {
    const copy = this.#copies.get(name)?.pop();
    if (copy === undefined) return [];
    try {
      const left = await keepUntouched(copy, signal);
      renameSync(copy.folder, to);
      return left;
    } catch {
      drop(copy);
      return [];
    }
  }

  clear(): void {
    for (const copies of this.#copies.values()) for (const copy of copies.splice(0)) drop(copy);
  }
}

function drop({ folder }: ReusableCopy): void {
  removeFolder(folder).catch(() => {});
}

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { longestWrite } from './batch.ts';
import { beginsWith } from './content.ts';
import type { Snapshot, TreeState, Updates } from './state.ts';

/** A file that has grown so soon after the last look is still being written, until it has been still for as long. ms */
const stillAfter = 500;

/**
 * Whether git is at work on the files of this folder. It holds the lock of its index from before the first file that a
 * checkout, a merge or a stash writes until after the last one.
 *
 * @param folder absolute; its repository may begin above it
 */
export function isGitWriting(folder: string): boolean {
  const own = join(folder, '.git');
  if (existsSync(own)) return existsSync(join(gitFolder(own), 'index.lock'));
  const parent = dirname(folder);
  return parent !== folder && isGitWriting(parent);
}

/** Work trees and submodules have a file in its place, which says where it is. */
function gitFolder(path: string): string {
  try {
    const [, named = ''] = /^gitdir: (.+)/.exec(readFileSync(path, 'utf8')) ?? [];
    return resolve(dirname(path), named);
  } catch {
    return path;
  }
}

/** A file that somebody is writing; times in ms since the epoch. */
export interface Growth {
  readonly size: number;
  readonly since: number;
  readonly last: number;
}

/**
 * The growth of a file, from what is known and what a look found; undefined: it isn't being written, or no longer.
 *
 * @param isContinued whether it begins with what was there before, which is asked at the start of a growth only
 */
export function growthOf(
  before: Snapshot | undefined,
  now: Snapshot | undefined,
  growth: Growth | undefined,
  isContinued: () => boolean,
): Growth | undefined {
  if (before?.entry.type !== 'file' || now?.entry.type !== 'file' || before.inode !== now.inode) return undefined;
  const { size, last } = growth ?? { size: before.entry.size, last: before.seenAt };
  const at = now.seenAt;
  if (now.entry.size < size || size === 0 || at - last >= stillAfter) return undefined;
  if (growth && now.entry.size === size) return growth;
  if (now.entry.size === size || (!growth && !isContinued())) return undefined;
  return { size: now.entry.size, since: growth?.since ?? at, last: at };
}

export interface SlowWritesOptions {
  /** Look at it again. */
  readonly onDue: (path: string) => void;
  /** It has been written for longer than anything that is waited for: a log, perhaps. Once for each. */
  readonly onEndless: (path: string) => void;
}

/** The files that are being written slowly: they stay as they were before, and hold up nothing else. */
export class SlowWrites {
  readonly #options: SlowWritesOptions;
  readonly #growing = new Map<string, Growth>();
  readonly #endless = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SlowWritesOptions) {
    this.#options = options;
  }

  /** Takes them out of what a look found. */
  hold(root: string, state: TreeState, updates: Updates): void {
    for (const [path, now] of updates) {
      const before = state.get(path);
      const growth = growthOf(before, now, this.#growing.get(path), () => beginsWith(root, before, now));
      this.#growing.delete(path);
      if (!growth || before?.entry.type !== 'file') continue;
      this.#growing.set(path, growth);
      updates.set(path, { ...before, entry: { ...before.entry, growing: true } });
      if (growth.last - growth.since < longestWrite || this.#endless.has(path)) continue;
      this.#endless.add(path);
      this.#options.onEndless(path);
    }
    if (this.#growing.size > 0) this.#timer ??= setTimeout(this.#due, stillAfter);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  readonly #due = () => {
    this.#timer = undefined;
    for (const path of this.#growing.keys()) this.#options.onDue(path);
  };
}

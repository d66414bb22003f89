import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, StiError } from '../errors.ts';
import { type IgnoreRules, ignoreFileNames, loadIgnore } from '../origin/ignore-rules.ts';
import { unreadable } from '../origin/scan-folder.ts';
import type { FileTree } from '../origin/tree.ts';
import { isGitWriting } from './git-lock.ts';
import type { Watcher, WatchOptions } from './watch.ts';
import { createWatchedFolders, type WatchedFolders } from './watch-folders.ts';
import { isAlwaysLeftOut, look, type Touched } from './watch-look.ts';
import { createWatchLoop, type WatchLoop } from './watch-loop.ts';
import { placeOfFolder, whyPolling, whyPollingAfter } from './watch-polling.ts';
import { createTreeState } from './watch-state.ts';

/** The root may be replaced, or a folder above it, without any event in it. */
const rootCheckEvery = 250;
const pollEvery = 250;
/** The system drops events of a storm without a word, so after one of so many paths everything is looked at again. */
const stormPaths = 2_000;
const errorsApart = 10_000;

/** See `watchTree`. Events only say where to look; what counts is what is then found on disk. */
export class TreeWatcher implements Watcher {
  readonly #options: WatchOptions;
  readonly #state = createTreeState();
  readonly #loop: WatchLoop;
  readonly #ended = new AbortController();
  readonly #unreadable = new Set<string>();
  #rules: IgnoreRules | undefined;
  #folders: WatchedFolders | undefined;
  #root: string | undefined;
  #started = false;
  #isGone = false;
  #failedAt = Number.NEGATIVE_INFINITY;
  #recovering = false;
  #rootCheck: NodeJS.Timeout | undefined;
  #nextPoll: NodeJS.Timeout | undefined;
  #startError: unknown;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#loop = createWatchLoop({
      debounce: options.debounce,
      isBeingWritten: () => isGitWriting(options.root),
      settle: (touched, at, mayWait) => this.#settle(touched, at, mayWait),
    });
  }

  async start(): Promise<void> {
    const { root, sourceRoot, signal } = this.#options;
    signal.throwIfAborted();
    signal.addEventListener('abort', this.#end, { once: true });
    try {
      const why = this.#options.poll ? '' : whyPolling(await placeOfFolder(root));
      if (why === undefined) this.#folders = await createWatchedFolders(this.#events);
      if (!this.#folders) this.#poll(why ?? 'CHOKIDAR_USEPOLLING is set');
      this.#rules = await loadIgnore(sourceRoot, root);
      this.#root = identityOf(root);
      if (this.#root === undefined) throw new StiError('source', `${root} is no longer there`);
      this.#loop.touch('', 'deep');
      await this.#loop.settled();
      signal.throwIfAborted();
      if (this.#startError !== undefined) throw this.#startError;
      this.#started = true;
      this.#rootCheck = setInterval(() => this.#checkRoot(), rootCheckEvery);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  tree(): FileTree {
    return { root: this.#options.root, entries: this.#state.entries(), disposable: false };
  }

  leavesOut(path: string): boolean {
    return this.#rules?.ignores(path, false) === true;
  }

  async reconcile(): Promise<void> {
    this.#loop.touch('', 'deep');
    await this.#loop.settled();
  }

  async close(): Promise<void> {
    this.#end();
  }

  readonly #end = () => {
    this.#options.signal.removeEventListener('abort', this.#end);
    this.#ended.abort();
    this.#loop.stop();
    this.#folders?.closeAll();
    this.#folders = undefined;
    clearInterval(this.#rootCheck);
    clearTimeout(this.#nextPoll);
  };

  readonly #events = {
    onEvent: (folder: string, name: string | undefined) => {
      const { root, sourceRoot } = this.#options;
      const isRules = ignoreFileNames.some((known) => known === name);
      if ((folder === root && isRules) || (folder !== root && folder === sourceRoot)) {
        if (isRules || name === undefined) this.#loop.touch('', 'deep');
        return;
      }
      const inside = folder.slice(root.length + 1);
      // No file answers to a name that isn't UTF-8; only the list of its folder tells whether it is there.
      if (name === undefined || name.includes('\uFFFD')) return this.#loop.touch(inside, 'list');
      const path = inside === '' ? name : `${inside}/${name}`;
      if (!this.#isOutside(path)) this.#loop.touch(path, 'path');
    },
    onLost: (folder: string) => {
      const { root } = this.#options;
      this.#loop.touch(folder.startsWith(`${root}/`) ? folder.slice(root.length + 1) : '', 'list');
    },
    onError: (error: unknown) => {
      const why = whyPollingAfter(error);
      if (this.#recovering || !this.#folders) return;
      if (why !== undefined) return this.#poll(why);
      if (performance.now() - this.#failedAt < errorsApart) return this.#poll(`watching failed: ${messageOf(error)}`);
      this.#options.onNotice(`watching failed, so it begins anew: ${messageOf(error)}`);
      this.#failedAt = performance.now();
      this.#recovering = true;
      this.#folders.closeAll();
      this.#loop.touch('', 'deep');
    },
  };

  /** Whether an event at this path can't change the tree, whatever is there now. */
  #isOutside(path: string): boolean {
    if (this.#state.get(path)) return false;
    if (isAlwaysLeftOut(path, true)) return true;
    const rules = this.#rules;
    if (rules?.ignores(path, false) && rules.ignores(path, true) && !rules.mayRescueInside(path)) return true;
    return isAlwaysLeftOut(path, false) && identityOf(`${this.#options.root}/${path}`) === undefined;
  }

  async #settle(touched: Touched, at: number, mayWait: boolean): Promise<boolean> {
    try {
      return await this.#settleNow(touched, at, mayWait);
    } catch (error) {
      if (this.#ended.signal.aborted) return true;
      if (this.#started) this.#options.onNotice(messageOf(error));
      else this.#startError = error;
      return true;
    }
  }

  async #settleNow(touched: Touched, at: number, mayWait: boolean): Promise<boolean> {
    const { root, sourceRoot, onBatch } = this.#options;
    const identity = identityOf(root);
    if (identity === undefined) return this.#rootIsGone();
    const all = this.#isGone || identity !== this.#root;
    if (all) this.#rootIsBack(identity);
    if (all || touched.has('')) {
      await this.#reloadRules();
      if (sourceRoot !== root) await this.#folders?.open(sourceRoot);
    }
    this.#recovering = false;
    const sight = await look(all ? new Map([['', 'deep']]) : touched, {
      root,
      state: this.#state,
      rules: this.#rules,
      folders: () => this.#folders,
      signal: this.#ended.signal,
    });
    if (this.#ended.signal.aborted) return true;
    if (identityOf(root) !== identity) {
      this.#loop.touch('', 'deep');
      return true;
    }
    if (sight.unfinished && mayWait) return false;
    this.#tellUnreadable(sight.unreadable, touched);
    const changes = this.#state.apply(sight.updates);
    if (changes.length > 0 && this.#started) onBatch({ changes, tree: this.tree(), at });
    if (touched.size >= stormPaths) this.#loop.touch('', 'deep');
    return true;
  }

  async #reloadRules(): Promise<void> {
    const { root, sourceRoot, onNotice } = this.#options;
    try {
      this.#rules = await loadIgnore(sourceRoot, root);
    } catch (error) {
      onNotice(`${messageOf(error)}; the rules from before go on`);
    }
  }

  /** Each once, until a look finds it readable. */
  #tellUnreadable(paths: readonly string[], touched: Touched): void {
    if (!this.#started && paths.length > 0) throw unreadable(paths);
    const news = paths.filter((path) => !this.#unreadable.has(path));
    for (const path of this.#unreadable) {
      if (touched.has('') || touched.has(path) || touched.has(dirname(path))) this.#unreadable.delete(path);
    }
    for (const path of paths) this.#unreadable.add(path);
    if (news.length > 0) this.#options.onNotice(messageOf(unreadable(news)));
  }

  #checkRoot(): void {
    const identity = identityOf(this.#options.root);
    if (identity === undefined ? !this.#isGone : this.#isGone || identity !== this.#root) this.#loop.touch('', 'deep');
  }

  /** The tree from before stays: without a source there is nothing better to build. */
  #rootIsGone(): true {
    if (!this.#isGone) this.#options.onNotice(`${this.#options.root} is gone; waiting for it to come back`);
    this.#isGone = true;
    this.#folders?.closeAll();
    return true;
  }

  #rootIsBack(identity: string): void {
    if (this.#isGone) this.#options.onNotice(`${this.#options.root} is back`);
    this.#isGone = false;
    this.#root = identity;
    this.#folders?.closeAll();
  }

  #poll(why: string): void {
    if (why !== '') this.#options.onNotice(`${why}: looking for changes again and again instead of being told`);
    this.#folders?.closeAll();
    this.#folders = undefined;
    this.#pollIn(pollEvery);
  }

  /** The larger the tree, the longer the breaks, so that a fifth of one core is the most that polling takes. */
  #pollIn(ms: number): void {
    this.#nextPoll = setTimeout(async () => {
      const start = performance.now();
      await this.reconcile();
      if (!this.#ended.signal.aborted) this.#pollIn(Math.max(pollEvery, 4 * (performance.now() - start)));
    }, ms);
  }
}

/** Tells a folder from another one that took its place; undefined: it isn't there. */
function identityOf(folder: string): string | undefined {
  try {
    const details = lstatSync(folder);
    return details.isDirectory() ? `${details.dev}:${details.ino}:${details.birthtimeMs}` : undefined;
  } catch {
    return undefined;
  }
}

import { dirname } from 'node:path';
import { messageOf } from '../../errors.ts';
import { type IgnoreRules, ignoreFileNames, loadIgnore } from '../../tree/ignore/rules.ts';
import { unreadable } from '../../tree/scan.ts';
import type { FileTree } from '../../tree/tree.ts';
import { createWatchedFolders, type WatchedFolders } from './folders.ts';
import { createWatchLoop, type WatchLoop } from './loop.ts';
import { findPlace, isFolder, type Place } from './place.ts';
import { placeOfFolder, whyPolling, whyPollingAfter } from './polling.ts';
import { isAlwaysLeftOut, rescan, type Touched } from './rescan.ts';
import { createTreeState } from './state.ts';
import type { Watcher, WatchOptions } from './watcher.ts';
import { isGitWriting, SlowWrites } from './writing.ts';

/** The root may be replaced, or a folder above it, without any event in it. */
const rootCheckEvery = 250;
const pollEvery = 250;
/** The system drops events of a storm without a word, so after one of so many paths everything is looked at again. */
const stormPaths = 2_000;
const errorsApart = 10_000;

/** See `watchTree`. Events only say where to look; what counts is what is then found on disk. */
export class TreeWatcher implements Watcher {
  readonly #options: WatchOptions;
  /** Where the tree is that was last seen. */
  #place: Place;
  readonly #state = createTreeState();
  readonly #loop: WatchLoop;
  readonly #slow: SlowWrites;
  readonly #ended = new AbortController();
  readonly #unreadable = new Set<string>();
  #rules: IgnoreRules | undefined;
  #folders: WatchedFolders | undefined;
  #started = false;
  #isGone = false;
  #failedAt = Number.NEGATIVE_INFINITY;
  #recovering = false;
  #rootCheck: NodeJS.Timeout | undefined;
  #nextPoll: NodeJS.Timeout | undefined;
  #startError: unknown;

  constructor(options: WatchOptions, place: Place) {
    this.#options = options;
    this.#place = place;
    this.#slow = new SlowWrites({
      onDue: (path) => this.#loop.touch(path, 'path'),
      onEndless: (path) => options.onNotice(`${path} is written to all the time, so saves don't wait for it`),
    });
    this.#loop = createWatchLoop({
      debounce: options.debounce,
      isBeingWritten: () => isGitWriting(this.#place.root),
      settle: (touched, at, mayWait) => this.#settle(touched, at, mayWait),
    });
  }

  async start(): Promise<void> {
    const { signal, exclude } = this.#options;
    const { root, sourceRoot } = this.#place;
    signal.throwIfAborted();
    signal.addEventListener('abort', this.#end, { once: true });
    try {
      const why = this.#options.poll ? '' : whyPolling(await placeOfFolder(root));
      if (why === undefined) this.#folders = await createWatchedFolders(this.#events);
      if (!this.#folders) this.#poll(why ?? 'CHOKIDAR_USEPOLLING is set');
      this.#rules = await loadIgnore(sourceRoot, root, { exclude });
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
    return { root: this.#place.root, entries: this.#state.entries(), disposable: false };
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
    this.#slow.stop();
    this.#folders?.closeAll();
    this.#folders = undefined;
    clearInterval(this.#rootCheck);
    clearTimeout(this.#nextPoll);
  };

  readonly #events = {
    onEvent: (folder: string, name: string | undefined) => {
      const { root, sourceRoot } = this.#place;
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
      const { root } = this.#place;
      this.#loop.touch(folder.startsWith(`${root}/`) ? folder.slice(root.length + 1) : '', 'list');
    },
    onError: (error: unknown) => {
      const why = whyPollingAfter(error);
      if (this.#recovering || !this.#folders) return;
      if (why !== undefined) return this.#poll(why);
      if (performance.now() - this.#failedAt < errorsApart) return this.#poll(`watching failed: ${messageOf(error)}`);
      this.#options.onNotice(`watching failed, starting over: ${messageOf(error)}`);
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
    return isAlwaysLeftOut(path, false) && !isFolder(`${this.#place.root}/${path}`);
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
    const place = this.#find();
    if (place === undefined) return this.#rootIsGone();
    const all = this.#isGone || place.identity !== this.#place.identity;
    if (all) this.#rootIsBack(place);
    const { root, sourceRoot } = place;
    if (all || touched.has('')) {
      await this.#reloadRules();
      if (sourceRoot !== root) await this.#folders?.open(sourceRoot);
    }
    this.#recovering = false;
    const seen = await rescan(all ? new Map([['', 'deep']]) : touched, {
      root,
      state: this.#state,
      rules: this.#rules,
      folders: () => this.#folders,
      signal: this.#ended.signal,
    });
    if (this.#ended.signal.aborted) return true;
    if (this.#find()?.identity !== place.identity) {
      this.#loop.touch('', 'deep');
      return true;
    }
    if (seen.unfinished && mayWait) return false;
    this.#tellUnreadable(seen.unreadable, touched);
    this.#slow.hold(root, this.#state, seen.updates);
    const changes = this.#state.apply(seen.updates);
    if (changes.length > 0 && this.#started) this.#options.onBatch({ changes, tree: this.tree(), at });
    if (touched.size >= stormPaths) this.#loop.touch('', 'deep');
    return true;
  }

  async #reloadRules(): Promise<void> {
    const { root, sourceRoot } = this.#place;
    try {
      this.#rules = await loadIgnore(sourceRoot, root, { exclude: this.#options.exclude });
    } catch (error) {
      this.#options.onNotice(`${messageOf(error)}; keeping the previous rules`);
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

  readonly #find = () => findPlace(this.#options.root, this.#options.sourceRoot);

  #checkRoot(): void {
    const identity = this.#find()?.identity;
    if (identity === undefined ? !this.#isGone : this.#isGone || identity !== this.#place.identity)
      this.#loop.touch('', 'deep');
  }

  /** The tree from before stays: without a source there is nothing better to build. */
  #rootIsGone(): true {
    if (!this.#isGone) this.#options.onNotice(`${this.#options.root} is gone; waiting for it to come back`);
    this.#isGone = true;
    this.#folders?.closeAll();
    return true;
  }

  #rootIsBack(place: Place): void {
    const { root, onNotice } = this.#options;
    if (place.root !== this.#place.root) onNotice(`${root} is ${place.root} now`);
    else if (this.#isGone) onNotice(`${root} is back`);
    this.#isGone = false;
    this.#place = place;
    this.#folders?.closeAll();
  }

  #poll(why: string): void {
    if (why !== '') this.#options.onNotice(`${why}: polling for changes`);
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

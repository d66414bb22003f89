import { awaitWriter, type Burst, deadlineOf, holdBurst, joinBursts, touchBurst } from './batch.ts';
import type { Depth, Touched } from './rescan.ts';

export interface LoopOptions {
  readonly debounce?: number | undefined;
  /** Whether a program is known to be in the middle of writing the tree; asked again and again until it isn't. */
  readonly isBeingWritten: () => boolean;
  /**
   * Deals with what was touched since `at`, ms since the epoch. `false`: something in it is unfinished, ask again soon.
   * With `mayWait` false it must be taken as it is.
   */
  readonly settle: (touched: Touched, at: number, mayWait: boolean) => Promise<boolean>;
}

export interface WatchLoop {
  touch(path: string, depth: Depth): void;
  /** Resolves when all that was touched by now has been dealt with, or the loop was stopped. */
  settled(): Promise<void>;
  stop(): void;
}

const depths: readonly Depth[] = ['path', 'list', 'deep'];

/** Collects touched paths into bursts and settles one burst at a time. */
export function createWatchLoop(options: LoopOptions): WatchLoop {
  let touched = new Map<string, Depth>();
  let burst: Burst | undefined;
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let stopped = false;
  let unsettled: (() => void)[] = [];

  const arm = () => {
    clearTimeout(timer);
    if (!burst || busy || stopped) return;
    timer = setTimeout(() => void settle(), Math.max(0, deadlineOf(burst, options.debounce) - performance.now()));
  };

  const add = (path: string, depth: Depth) => {
    const known = touched.get(path) ?? 'path';
    touched.set(path, depths.indexOf(depth) > depths.indexOf(known) ? depth : known);
  };

  const settle = async () => {
    if (!burst) return;
    const waiting = awaitWriter(burst, performance.now());
    if (waiting && options.isBeingWritten()) {
      burst = waiting;
      return arm();
    }
    const [taken, ending, from, told] = [touched, burst, startedAt, unsettled];
    [touched, burst, unsettled, busy] = [new Map(), undefined, [], true];
    const held = holdBurst(ending, performance.now(), options.debounce);
    const done = await options.settle(taken, from, held !== undefined);
    busy = false;
    if (done || !held) {
      if (!burst) told.push(...unsettled.splice(0));
      for (const tell of told) tell();
    } else {
      for (const [path, depth] of taken) add(path, depth);
      burst = joinBursts(held, burst, touched.size);
      startedAt = from;
      unsettled.push(...told);
    }
    arm();
  };

  return {
    touch: (path, depth) => {
      if (stopped) return;
      if (!burst) startedAt = Date.now();
      add(path, depth);
      burst = touchBurst(burst, performance.now(), touched.size);
      arm();
    },
    settled: () =>
      new Promise((resolve) => {
        if (stopped || (!burst && !busy)) resolve();
        else unsettled.push(resolve);
      }),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      for (const tell of unsettled.splice(0)) tell();
    },
  };
}

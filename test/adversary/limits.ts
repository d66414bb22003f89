import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from 'vitest';
import { leftBy } from '../support/leftovers.ts';
import { type RunningSti, watchRuns } from '../support/sti.ts';
import { endBy } from './end-by.ts';

/**
 * What holds for every input of this suite, asserted after each test: sti's memory stays below a limit, and the same
 * command, sent SIGTERM at a random moment, ends soon and leaves nothing. The latter costs a build, so only some tests of
 * each run, chosen at random, have to show it.
 */
const mostMemory = 150 * 1024;
const sharePutToIt = 1 / 3;

interface Run {
  readonly again: () => RunningSti;
  /** kB, so far. */
  peak: number;
  /** Milliseconds. */
  took: number;
}

let runs: Run[] = [];

watchRuns((running, again) => {
  const run: Run = { again, peak: 0, took: 0 };
  runs.push(run);
  const began = Date.now();
  const looking = setInterval(() => {
    run.peak = Math.max(run.peak, peakOf(running.pid));
  }, 20);
  void running.ended.finally(() => {
    clearInterval(looking);
    run.took = Date.now() - began;
  });
});

/** The most memory that a process has had so far, in kB; 0 when it has ended. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

beforeEach(() => {
  runs = [];
});

afterEach(async () => {
  for (const { peak } of runs) expect(peak).toBeLessThan(mostMemory);
  const last = runs.at(-1);
  if (last === undefined || Math.random() > sharePutToIt) return;
  const running = last.again();
  const before = Math.round(Math.random() * last.took);
  await Promise.race([sleep(before), running.ended]);
  const what = `SIGTERM after ${before} ms`;
  const { exitCode } = await endBy(running, 'SIGTERM');
  // Before it listens to signals, one ends it without an exit code.
  expect(exitCode, what).not.toBe(70);
  const left = await leftBy(running.pid);
  // A build that was done before has its image, which has no name where none was asked for.
  expect(exitCode === 0 ? left.filter((thing) => !thing.startsWith('image ')) : left, what).toEqual([]);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endWorkspace } from '../../../source/build/workspace/end.ts';
import { readInputs } from '../../../source/dev/inputs/inputs.ts';
import { StandbyPool } from '../../../source/dev/standby/pool.ts';
import { StiError } from '../../../source/errors.ts';
import type { FileTree } from '../../../source/tree/tree.ts';
import { createFakeEngine } from '../../support/fake-engine/engine.ts';
import { createJob, FakeSource } from '../../support/fake-engine/session.ts';
import { settle, settleFor } from '../../support/fake-engine/time.ts';

vi.mock('node:timers/promises', () => import('../../support/fake-engine/timers-promises.ts'));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** More of them find more: PROPERTY_RUNS=1000. */
const runs = Number(process.env['PROPERTY_RUNS'] ?? 15);

const act = fc.constantFrom('save', 'save', 'take', 'take', 'give up', 'refresh', 'other inputs', 'one dies');
const story = fc.record({
  acts: fc.array(act, { maxLength: 14 }),
  faults: fc.uniqueArray(fc.nat(80), { maxLength: 3 }),
  transport: fc.constantFrom('upload' as const, 'bind' as const),
});

type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

interface Taken {
  readonly id: string;
  readonly wanted: string;
  readonly has: string | undefined;
  /** Whoever asked for it had given up by then. */
  readonly abandoned: boolean;
}

/** Plays a story with a pool; resolves to what was taken, and what is left of it all when the pool and its session have ended. */
async function play(scheduler: fc.Scheduler, { acts, faults, transport }: Story) {
  const folders = { source: mkdtempSync(join(tmpdir(), 'sti-test-')), tmp: mkdtempSync(join(tmpdir(), 'sti-test-')) };
  const turn = (what: string) => scheduler.schedule(Promise.resolve(), what);
  let calls = Number.NEGATIVE_INFINITY;
  const engine = createFakeEngine({
    turn,
    volumes: [],
    scripts: { assembleExit: () => 0, runExit: () => undefined },
    fails: (call) => faults.includes(calls++) && !/^(remove|list)/.test(call),
  });
  const stop = new AbortController();
  const job = await createJob(engine, folders, () => {}, stop.signal, transport);
  const source = new FakeSource(folders.source);
  let state = 1;
  let tree: FileTree = source.save('1');
  const inputs = await settleFor(scheduler, readInputs(job, tree));
  calls = 0;
  const pool = new StandbyPool(job, { standbys: 2, onLost: () => {} });
  pool.use(inputs, tree);
  const taken: Taken[] = [];
  const waiting: AbortController[] = [];
  const take = async (wanted: string, abandoned: AbortSignal) => {
    const { container } = await pool.take(tree, { toRun: true, abandoned });
    await container.enter();
    const { id } = container.gate;
    taken.push({ id, wanted, has: engine.containers.get(id)?.read('src/state'), abandoned: abandoned.aborted });
  };
  for (const [index, next] of acts.entries()) {
    await settle(scheduler, (index * 7) % 5);
    if (next === 'save') {
      state += 1;
      tree = source.save(String(state));
      // A later save makes whoever waits for an older state give up.
      for (const one of waiting.splice(0)) one.abort();
      pool.saw(tree);
    }
    if (next === 'take') {
      const abandon = new AbortController();
      waiting.push(abandon);
      take(String(state), abandon.signal).catch(() => {});
    }
    if (next === 'give up') waiting.pop()?.abort();
    if (next === 'refresh') pool.refresh(tree);
    if (next === 'other inputs') pool.use({ ...inputs, digest: `${inputs.digest} ${state}` }, tree);
    if (next === 'one dies')
      engine
        .left()
        .find(({ status }) => status === 'running')
        ?.end(137);
  }
  await settle(scheduler);
  pool.refresh(tree);
  await settle(scheduler);
  const waits = engine.left().filter(({ id }) => !taken.some((one) => one.id === id)).length;
  const ending = pool.close().then(() => {
    stop.abort(new StiError('bug', 'the session is over'));
    return endWorkspace(engine, job.workspace, { ok: false, engineLost: false, keepFolder: false });
  });
  await settleFor(scheduler, ending);
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
  return { taken, waits, left: engine.left().map(({ id }) => id), timers: vi.getTimerCount() };
}

const holds = (rule: (played: Awaited<ReturnType<typeof play>>) => void) =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), story, async (scheduler, told) => {
      rule(await play(scheduler, told));
    }),
    { numRuns: runs },
  );

describe('a pool of standbys, whatever order the engine answers in', () => {
  it('gives the source that is asked for', () =>
    holds(({ taken }) => {
      for (const { wanted, has, abandoned } of taken) if (!abandoned) expect(has).toMatch(new RegExp(`^${wanted}\\n`));
    }));

  it('gives no standby to two', () =>
    holds(({ taken }) => expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length)));

  it('lets no more containers wait than it should', () => holds(({ waits }) => expect(waits).toBeLessThanOrEqual(2)));

  it('leaves no container and no timer when it is closed', () =>
    holds(({ left, timers }) => {
      expect(left).toEqual([]);
      expect(timers).toBe(0);
    }));
});

it('makes another one where the one that is waited for ends before it is ready', async () => {
  const folders = { source: mkdtempSync(join(tmpdir(), 'sti-test-')), tmp: mkdtempSync(join(tmpdir(), 'sti-test-')) };
  const dying = ['inspect build-2', 'inspect build-3'];
  const engine = createFakeEngine({
    turn: async (what) => {
      if (dying.includes(what)) engine.containers.get(what.replace(/^.* /, ''))?.end(137);
    },
    volumes: [],
    scripts: { assembleExit: () => 0, runExit: () => undefined },
    fails: () => false,
  });
  const stop = new AbortController();
  const job = await createJob(engine, folders, () => {}, stop.signal);
  const tree = new FakeSource(folders.source).save('1');
  const inputs = await readInputs(job, tree);
  const pool = new StandbyPool(job, { standbys: 1, onLost: () => {} });
  pool.use(inputs, tree);
  const { container } = await pool.take(tree, { toRun: true, abandoned: stop.signal });
  expect(container.gate.hasEnded).toBe(false);
  expect([...engine.containers.keys()]).toEqual(expect.arrayContaining(['build-2', 'build-3', container.gate.id]));
  await pool.close();
  await endWorkspace(engine, job.workspace, { ok: true, engineLost: false, keepFolder: false });
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { endWorkspace } from '../../../source/build/workspace/end.ts';
import { WaitingContainers } from '../../../source/dev/sync/waiting.ts';
import { createFakeEngine } from '../../support/fake-engine/engine.ts';
import { createJob } from '../../support/fake-engine/session.ts';

let end = async () => {};
afterEach(() => end());

/** Containers whose starts wait until they are let go on. */
async function waiting() {
  const folders = { source: mkdtempSync(join(tmpdir(), 'sti-test-')), tmp: mkdtempSync(join(tmpdir(), 'sti-test-')) };
  const held: (() => void)[] = [];
  let holds = false;
  const engine = createFakeEngine({
    turn: (what) =>
      holds && what.startsWith('start ') ? new Promise<void>((resolve) => held.push(resolve)) : Promise.resolve(),
    volumes: [],
    scripts: { assembleExit: () => 0, runExit: () => undefined },
    fails: () => false,
  });
  const job = await createJob(engine, folders, () => {}, new AbortController().signal);
  const containers = new WaitingContainers<{ readonly imageId: string }>(job, { env: [] });
  end = async () => {
    containers.use(undefined);
    await containers.settled();
    await endWorkspace(engine, job.workspace, { ok: true, engineLost: false, keepFolder: false });
    expect(engine.left()).toEqual([]);
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
  };
  const hold = () => {
    holds = true;
    return () => {
      holds = false;
      for (const go of held) go();
    };
  };
  return { engine, containers, hold };
}

const first = { imageId: 'one' };
const second = { imageId: 'two' };
const third = { imageId: 'three' };

it('one of the image before is there until one of the newest is', async () => {
  const { engine, containers, hold } = await waiting();
  containers.use(first);
  await containers.settled();
  const goOn = hold();
  containers.use(second);
  containers.use(third);
  expect(containers.bases).toEqual([first, third]);
  goOn();
  await containers.settled();
  expect(containers.bases).toEqual([third]);
  await expect.poll(() => engine.left().map(({ spec }) => spec.image)).toEqual(['three']);
});

it('one of the image before can be taken meanwhile, and the newest comes all the same', async () => {
  const { containers, hold } = await waiting();
  containers.use(first);
  await containers.settled();
  const goOn = hold();
  containers.use(second);
  const taken = await containers.take(first);
  expect(taken?.gate.hasEnded).toBe(false);
  goOn();
  containers.refill();
  await containers.settled();
  expect(containers.bases).toEqual([second]);
  expect(await containers.take(first)).toBeUndefined();
  taken?.gate.discard();
  await taken?.gate.removed;
});

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { assemble, run, saveToStream } from '../support/builder-scripts.ts';
import { makeBuilder } from '../support/builders.ts';
import { inspectImage, removeImage, testTag } from '../support/engine.ts';
import { startEngineProxy } from '../support/engine-proxy.ts';
import { leftBy } from '../support/leftovers.ts';
import { seededMoments } from '../support/moments.ts';
import { homeFor, startSti, sti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const count = 8;
/** Half a second of assemble, so that some of the moments fall into it. */
const builder = { scripts: { assemble: `${assemble}sleep 0.5\n`, run, 'save-artifacts': saveToStream } };

/** A built image, so that the builds to come are incremental, and how long one takes. */
async function prepare(purpose: string) {
  const image = await makeBuilder(builder);
  const tag = testTag(purpose);
  const source = tempFolder();
  const home = homeFor();
  const folders = [temporaryFolderOf(home)];
  writeFiles(source, { 'index.html': 'hello\n' });
  const args = ['build', source, image, tag];
  expect(await sti(args, { home })).toMatchObject({ exitCode: 0 });
  const started = Date.now();
  expect(await sti([...args, '--rm'], { home })).toMatchObject({ exitCode: 0 });
  return { args, tag, home, folders, duration: Date.now() - started };
}

/** Process ids of the children of a process. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** The tag is the last thing that moves: only what went wrong right after that may find it at the new image, a whole one. */
async function expectTagKept(
  tag: string,
  old: { readonly Id: string } | undefined,
  { pid, stderr }: { readonly pid: number; readonly stderr: string },
): Promise<void> {
  const now = await inspectImage(tag);
  if (now?.Id === old?.Id) return;
  expect(stderr, 'a tag that moved before the end').toMatch(/^assemble +exit 0/m);
  expect(now?.Comment).toContain(`-${pid}-`);
  await removeImage(old?.Id ?? '');
}

describe('sti killed with SIGKILL', () => {
  it(`leaves nothing and the old tag as it was, at ${count} moments of a build`, async () => {
    const { args, tag, home, folders, duration } = await prepare('kill');
    for (const moment of seededMoments(20261124, count, duration)) {
      const old = await inspectImage(tag);
      const running = startSti(args, { home });
      await sleep(moment);
      running.kill('SIGKILL');
      const { stderr } = await running.ended;
      expect(await leftBy(running.pid, { folders, allowNeverStarted: true }), `killed after ${moment} ms`).toEqual([]);
      await expectTagKept(tag, old, { pid: running.pid, stderr });
    }
    expect(await sti(args, { home })).toMatchObject({ exitCode: 0 });
    await removeImage(tag);
  });

  it('in a long assemble leaves nothing within seconds', async () => {
    const image = await makeBuilder('long assemble');
    const home = homeFor();
    const folders = [temporaryFolderOf(home)];
    const source = tempFolder();
    writeFiles(source, { 'index.html': 'hello\n' });
    const running = startSti(['build', source, image, testTag('long')], { home });
    await running.printed('assemble started');
    running.kill('SIGKILL');
    expect(await leftBy(running.pid, { folders })).toEqual([]);
  });

  it('leaves at most what the next sti removes, also when its reaper dies with it', async () => {
    const image = await makeBuilder('long assemble');
    const home = homeFor();
    const folders = [temporaryFolderOf(home)];
    const source = tempFolder();
    writeFiles(source, { 'index.html': 'hello\n' });
    const running = startSti(['build', source, image, testTag('reaper')], { home });
    await running.printed('assemble started');
    const [reaper] = childrenOf(running.pid);
    process.kill(reaper ?? 0, 'SIGKILL');
    running.kill('SIGKILL');
    await running.ended;
    await sti(['build', source, await makeBuilder('root'), testTag('next')], { home });
    expect(await leftBy(running.pid, { folders })).toEqual([]);
  });
});

describe('sti whose engine is cut off', () => {
  it(`ends with an engine's exit code and leaves nothing, at ${count} moments of a build`, async () => {
    const { args, tag, home, folders, duration } = await prepare('cut');
    for (const moment of seededMoments(11242026, count, duration)) {
      const proxy = await startEngineProxy();
      const old = await inspectImage(tag);
      const running = startSti(args, { home, env: { DOCKER_HOST: proxy.address } });
      await sleep(moment);
      await proxy.cut();
      const { exitCode, stdout, stderr } = await running.ended;
      await proxy.mend();
      expect(await leftBy(running.pid, { folders }), `cut after ${moment} ms`).toEqual([]);
      if (stdout.includes('Built')) {
        await removeImage(old?.Id ?? '');
        continue;
      }
      expect([10, 11, 12, 13], `cut after ${moment} ms: ${stderr}`).toContain(exitCode);
      await expectTagKept(tag, old, { pid: running.pid, stderr });
    }
    expect(await sti(args, { home })).toMatchObject({ exitCode: 0 });
    await removeImage(tag);
  });
});

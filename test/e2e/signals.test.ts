import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { makeBuilder } from '../support/builders.ts';
import { failureOf } from '../support/dev-events.ts';
import { inspectImage, removeImage, testTag } from '../support/engine.ts';
import { leftBy } from '../support/leftovers.ts';
import { homeFor, startSti, sti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

/** A tag that has an image, and a build of it that is in the middle of a long assemble. */
async function inAssemble() {
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'hello\n' });
  const home = homeFor();
  const tag = testTag('signal');
  expect(await sti(['build', source, await makeBuilder('root'), tag], { home })).toMatchObject({ exitCode: 0 });
  const old = await inspectImage(tag);
  const running = startSti(
    ['build', source, await makeBuilder('long assemble'), tag, '--clean', '--progress', 'json'],
    {
      home,
    },
  );
  await running.printed('assemble started');
  return { running, tag, old, folders: [temporaryFolderOf(home)] };
}

describe('a cancelled build', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s exits with %i, leaves nothing and the old tag as it was', async (signal, exitCode) => {
    const { running, tag, old, folders } = await inAssemble();
    running.kill(signal);
    const ended = await running.ended;
    expect(ended.exitCode).toBe(exitCode);
    expect(failureOf(ended)).toMatchObject({
      code: 'cancelled',
      message: expect.stringContaining(signal),
      tagKept: tag,
    });
    expect(await leftBy(running.pid, { folders, within: 0 })).toEqual([]);
    expect((await inspectImage(tag))?.Id).toBe(old?.Id);
    await removeImage(tag);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by a second %s ends at once, and what is left goes by itself',
    async (signal) => {
      const { running, tag, old, folders } = await inAssemble();
      running.kill('SIGINT');
      // The two would be one if they came before sti looks.
      const again = setInterval(() => running.kill(signal), 20);
      const ended = await running.ended;
      clearInterval(again);
      expect(ended).toMatchObject({ exitCode: null, signal });
      expect(await leftBy(running.pid, { folders })).toEqual([]);
      expect((await inspectImage(tag))?.Id).toBe(old?.Id);
      await removeImage(tag);
    },
  );

  it('leaves nothing when the signal comes before assemble', async () => {
    const source = tempFolder();
    writeFiles(source, { 'index.html': 'hello\n' });
    const home = homeFor();
    const folders = [temporaryFolderOf(home)];
    const builder = await makeBuilder('root');
    for (const moment of [150, 250, 350, 450]) {
      const running = startSti(['build', source, builder, testTag('early')], { home });
      await sleep(moment);
      running.kill('SIGINT');
      const { exitCode, signal } = await running.ended;
      if (exitCode === 0) continue;
      expect(exitCode ?? signal).toSatisfy((end) => end === 130 || end === 'SIGINT');
      expect(await leftBy(running.pid, { folders })).toEqual([]);
    }
  });
});

describe('two builds of one tag at the same time', () => {
  it('both end well, and the tag is one of the two', async () => {
    const source = tempFolder();
    writeFiles(source, { 'index.html': 'hello\n' });
    const builder = await makeBuilder('root');
    const tag = testTag('twice');
    const builds = [1, 2].map((n) => sti(['build', source, builder, tag, '--label', `n=${n}`, '--progress', 'json']));
    const ended = await Promise.all(builds);
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const ids = ended.map(({ stdout }) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '').outcome.result.imageId);
    expect(ids).toContain((await inspectImage(tag))?.Id);
    for (const id of ids) await removeImage(id);
  });
});

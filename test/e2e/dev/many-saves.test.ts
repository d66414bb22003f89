import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { makeBuilder } from '../../support/builders.ts';
import { eventOf, eventsOf } from '../../support/dev-events.ts';
import { api, removeImage, testTag } from '../../support/engine.ts';
import { leftBy } from '../../support/leftovers.ts';
import { testPort } from '../../support/ports.ts';
import { siteBuilder } from '../../support/site-builder.ts';
import { homeFor, startSti, temporaryFolderOf } from '../../support/sti.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

const saves = 40;
const standbys = 2;
const port = testPort();

/** Longer than a batch takes, shorter than a build without a standby: some builds are superseded, some are not. */
const pauses = [20, 60, 150, 30, 400];

/** How many containers a run of sti has on the engine. */
async function containersOf(pid: number): Promise<number> {
  const filters = new URLSearchParams({ filters: JSON.stringify({ name: [`^/?sti-[0-9a-f]+-${pid}-`] }) });
  return (await api.json<unknown[]>('GET', `/containers/json?all=1&${filters}`)).length;
}

it(`serves the last of ${saves} quick saves, with no more containers than the app and the standbys`, async () => {
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'state 0' });
  const home = homeFor();
  const tag = testTag('many');
  const args = [
    'dev',
    source,
    await makeBuilder(siteBuilder),
    tag,
    '--port',
    `${port}:8080`,
    '--no-sync',
    '--progress',
    'json',
  ];
  const running = startSti([...args, '--standbys', String(standbys)], { home });
  onTestFinished(async () => {
    running.kill('SIGINT');
    await running.ended;
    await removeImage(tag);
  });
  await eventOf(running, 'cycle-served');

  for (let number = 1; number <= saves; number++) {
    writeFiles(source, { 'index.html': `state ${number}` });
    await sleep(pauses[number % pauses.length]);
  }
  const lastBuild = (type: 'image-tagged' | 'cycle-served') => eventsOf(running, type).at(-1)?.cycle;
  const text = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  await expect.poll(text, { timeout: 100_000 }).toBe(`state ${saves}`);
  // A build under way may have the newest state already, and another follows it.
  await expect.poll(() => lastBuild('image-tagged') === lastBuild('cycle-served'), { timeout: 60_000 }).toBe(true);
  await expect.poll(() => containersOf(running.pid), { timeout: 100_000 }).toBe(standbys + 1);
  expect(await text()).toBe(`state ${saves}`);
  expect(eventsOf(running, 'cycle-superseded')).not.toEqual([]);
  expect(eventsOf(running, 'cycle-failed')).toEqual([]);

  running.kill('SIGINT');
  expect(await running.ended).toMatchObject({ exitCode: 0 });
  const [{ summary } = {}] = eventsOf(running, 'dev-finished');
  expect(summary).toMatchObject({ tag, taggedCycle: summary?.lastGoodCycle });
  expect(await leftBy(running.pid, { folders: [temporaryFolderOf(home)] })).toEqual([]);
});

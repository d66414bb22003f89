import { renameSync, rmSync, utimesSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ServedEvent } from '../../../source/dev/events.ts';
import { makeBuilder } from '../../support/builders.ts';
import { eventOf, eventsIn, eventsOf } from '../../support/dev-events.ts';
import { removeImage, testTag } from '../../support/engine.ts';
import { leftBy } from '../../support/leftovers.ts';
import { configOf, difference, filesOf } from '../../support/listing.ts';
import { testPort } from '../../support/ports.ts';
import { siteBuilder } from '../../support/site-builder.ts';
import { homeFor, type RunningSti, startSti, sti, temporaryFolderOf } from '../../support/sti.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

const assemble = `#!/bin/sh
set -e
[ ! -e /tmp/src/fail ] || { echo "this build is to fail" >&2; exit 5; }
mkdir -p /www
cp -R /tmp/src/. /www
`;
const { run } = siteBuilder.scripts;
const server = { scripts: { assemble, run, 'save-artifacts': null }, exposedPorts: ['8080'] } as const;

const port = testPort();

/** `sti dev` of a small site, serving. */
async function serve(files: Record<string, string>, ...options: string[]) {
  const source = tempFolder();
  writeFiles(source, files);
  const home = homeFor();
  const tag = testTag('dev');
  const builder = await makeBuilder(server);
  const running = startSti(['dev', source, builder, tag, '--port', `${port}:8080`, '--progress', 'json', ...options], {
    home,
  });
  onTestFinished(async () => {
    running.kill('SIGINT');
    await running.ended;
    await removeImage(tag);
  });
  await served(running, 1);
  return { running, source, tag, home, builder, folders: [temporaryFolderOf(home)] };
}

const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
const text = async (path: string) => (await get(path)).text();

function served(running: RunningSti, build: number): Promise<ServedEvent> {
  return eventOf(running, 'cycle-served', { cycle: build });
}

describe('sti dev', () => {
  it('serves each save, and a deleted file is gone', async () => {
    const { running, source } = await serve({ 'index.html': 'one', 'old.html': 'old' });
    expect(await text('/index.html')).toBe('one');
    writeFiles(source, { 'index.html': 'two', 'new/page.html': 'new' });
    rmSync(`${source}/old.html`);
    await expect.poll(async () => (await get('/old.html')).status, { timeout: 100_000 }).toBe(404);
    expect(await text('/index.html')).toBe('two');
    expect(await text('/new/page.html')).toBe('new');
    const saved = eventsOf(running, 'cycle-started').flatMap(({ changes }) => changes);
    expect(saved).toContain('old.html');
    rmSync(`${source}/new/page.html`);
    await expect.poll(async () => (await get('/new/page.html')).status, { timeout: 100_000 }).toBe(404);
  });

  it('tells that a build waits for a standby, and nothing when one is there', async () => {
    const { running, source } = await serve({ 'index.html': 'one' });
    const waited = (build: number) => {
      const said = eventsIn(running);
      const from = said.findIndex((event) => event.type === 'cycle-started' && event.cycle === build);
      const to = said.findIndex((event) => event.type === 'cycle-served' && event.cycle === build);
      return said.slice(from, to).some((event) => event.type === 'step-finished' && event.step === 'standby');
    };
    expect(waited(1)).toBe(true);
    let build = 1;
    const saved = async () => {
      build += 1;
      writeFiles(source, { 'index.html': `state ${build}` });
      await served(running, build);
      return waited(build);
    };
    await expect.poll(saved, { interval: 1_000, timeout: 60_000 }).toBe(false);
  });

  it('serves a file that took the place of one of the same size and time', async () => {
    const { source } = await serve({ 'index.html': 'one' });
    const version = (content: string) => {
      const other = tempFolder();
      writeFiles(other, { 'index.html': content });
      utimesSync(`${other}/index.html`, 1000, 1000);
      renameSync(`${other}/index.html`, `${source}/index.html`);
    };
    for (const content of ['two', 'six', 'ten', 'six']) {
      version(content);
      await expect.poll(() => text('/index.html'), { timeout: 100_000 }).toBe(content);
    }
  });

  it('keeps serving the last good state while a build fails, says why, and recovers with the next save', async () => {
    const { running, source } = await serve({ 'index.html': 'good' });
    writeFiles(source, { fail: '', 'index.html': 'bad' });
    const { code, serving, lastLines } = await eventOf(running, 'cycle-failed');
    expect({ code, serving, lastLines }).toEqual({
      code: 'assemble',
      serving: 1,
      lastLines: ['this build is to fail'],
    });
    expect(await text('/index.html')).toBe('good');
    rmSync(`${source}/fail`);
    await served(running, 3);
    expect(await text('/index.html')).toBe('bad');
  });

  it('leaves the tag at the last good state, exactly as sti build makes it, and nothing else', async () => {
    const { running, source, tag, home, builder, folders } = await serve({ 'index.html': 'one', 'sub/a.txt': 'a' });
    writeFiles(source, { 'index.html': 'two' });
    await eventOf(running, 'image-tagged', { cycle: 2 });
    const other = testTag('same');
    expect(await sti(['build', source, builder, other], { home })).toMatchObject({ exitCode: 0 });
    expect(difference(await filesOf(tag), await filesOf(other))).toEqual({ added: [], changed: [], removed: [] });
    expect(await configOf(tag)).toEqual(await configOf(other));
    running.kill('SIGINT');
    expect(await running.ended).toMatchObject({ exitCode: 0 });
    expect(eventsOf(running, 'dev-finished')).toMatchObject([{ summary: { tag, taggedCycle: 2, lastGoodCycle: 2 } }]);
    expect(await leftBy(running.pid, { folders })).toEqual([]);
    await removeImage(other);
  });

  it('fails no request while versions change', async () => {
    const { running, source } = await serve({ 'index.html': 'start' });
    let asked = 0;
    let stop = false;
    const failed: unknown[] = [];
    const asking = (async () => {
      for (; !stop && asked < 5_000; asked++) {
        const answer = await get('/index.html').then((response) => response.text(), String);
        if (!/^(start|v\d)$/.test(answer)) failed.push(answer);
        await sleep(2);
      }
    })();
    for (let n = 2; n <= 6; n++) {
      writeFiles(source, { 'index.html': `v${n}` });
      await served(running, n);
    }
    stop = true;
    await asking;
    expect(failed).toEqual([]);
    expect(asked).toBeGreaterThan(20);
    expect(await text('/index.html')).toBe('v6');
  });

  it('leaves nothing when it is killed', async () => {
    const { running, folders } = await serve({ 'index.html': 'one' });
    running.kill('SIGKILL');
    expect(await leftBy(running.pid, { folders, within: 20_000 })).toEqual([]);
  });

  it('refuses a source that is no folder, and a port that is taken', async () => {
    expect(await sti(['dev', '/no/such/folder', 'builder'])).toMatchObject({ exitCode: 20 });
    const { source, builder, home } = await serve({ 'index.html': 'one' });
    const second = await sti(['dev', source, builder, '--port', `${port}:8080`], { home });
    expect(second.exitCode).toBe(64);
    expect(second.stderr).toContain(String(port));
  });
});

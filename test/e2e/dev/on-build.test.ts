import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { type Builder, makeBuilder } from '../../support/builders.ts';
import { eventOf } from '../../support/dev-events.ts';
import { startDevSite } from '../../support/dev-site.ts';
import { api, inspectImage, removeImage, testTag } from '../../support/engine.ts';
import { difference, filesOf } from '../../support/listing.ts';
import { sti } from '../../support/sti.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

/** A working folder that no other builder has: its images are known by it. */
const workingDir = '/site-of-the-loop';
const builder: Builder = {
  workingDir,
  onBuild: [`COPY . ${workingDir}/`, 'RUN sleep 1; [ ! -e fail ] || { echo this is why; exit 3; }'],
  exposedPorts: ['8080'],
};
const start = `#!/bin/sh\ntrap 'exit 0' TERM\nhttpd -f -p 8080 -h ${workingDir} &\nwait\n`;

/** Images of such builders that neither have a tag nor are below the image of this one. */
async function strays(tag: string): Promise<string[]> {
  const below = await api.json<{ Id: string }[]>('GET', `/images/${tag}/history`);
  const images = await api.json<{ Id: string; RepoTags: string[] | null }[]>('GET', '/images/json?all=1');
  const untagged = images.filter(({ RepoTags }) => (RepoTags ?? []).every((name) => name.startsWith('<none>')));
  const found = await Promise.all(untagged.map(({ Id }) => inspectImage(Id)));
  const known = new Set(below.map(({ Id }) => Id));
  return found.flatMap((image) => (image?.Config.WorkingDir === workingDir && !known.has(image.Id) ? [image.Id] : []));
}

it('lets the engine run the instructions for each save, and serves what comes of it', async () => {
  const site = await startDevSite({ files: { 'index.html': 'first', '.sti/bin/run': start }, builder });
  expect(await site.served(1)).toMatchObject({ path: 'image first', why: expect.stringContaining('ONBUILD') });
  expect(await site.text()).toBe('first');
  await site.tagged(1);

  writeFiles(site.source, { fail: '' });
  const failed = await site.failed(2);
  expect(failed).toMatchObject({ code: 'assemble', serving: 1 });
  expect(failed.lastLines.join('\n')).toContain('this is why');

  writeFiles(site.source, { fail: '', 'index.html': 'not this one' });
  await eventOf(site.running, 'cycle-started', { cycle: 3 });
  await eventOf(site.running, 'step-started', { step: 'assemble' });
  rmSync(join(site.source, 'fail'));
  writeFiles(site.source, { 'index.html': 'the last one' });
  await eventOf(site.running, 'cycle-served', { path: 'image first', cycle: /[4-9]/ });
  expect(await site.text()).toBe('the last one');
  await eventOf(site.running, 'image-tagged', { cycle: /[4-9]/ });
  expect(await site.end()).toEqual([]);

  const other = testTag('same');
  onTestFinished(() => removeImage(other));
  expect(await sti(['build', site.source, await makeBuilder(builder), other])).toMatchObject({ exitCode: 0 });
  const same = { added: [], changed: [], removed: [] };
  expect(difference(await filesOf(site.tag), await filesOf(other))).toEqual(same);
  await removeImage(other);
  expect(await strays(site.tag)).toEqual([]);
});

it('refuses what such a builder cannot do', async () => {
  const source = tempFolder();
  writeFiles(source, { 'start.sh': start });
  chmodSync(join(source, 'start.sh'), 0o755);
  const ended = await sti(['dev', source, await makeBuilder(builder), '--inject', source, '--cap-drop', 'ALL']);
  expect(ended).toMatchObject({ exitCode: 64 });
  expect(ended.stderr).toContain("has ONBUILD instructions, so it can't be used with --inject, --cap-drop");
});

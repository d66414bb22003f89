import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, tryBuild } from '../support/app-build.ts';
import type { Builder } from '../support/builders.ts';
import { failureOf, scriptLines } from '../support/dev-events.ts';
import { inspectImage } from '../support/engine.ts';
import { filesOf } from '../support/listing.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const user = { name: 'app', uid: 1001, gid: 1001 };

/** Both scripts run these lines; what save-artifacts prints is text, for it goes to stderr. */
function running(lines: string, more: Builder = {}): Builder {
  return {
    ...more,
    scripts: {
      assemble: `#!/bin/sh\n${lines}\n`,
      'save-artifacts': `#!/bin/sh\n{ ${lines}; } >&2\n`,
    },
  };
}

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder();
  writeFiles(folder, files);
  return folder;
}

describe('--volume', () => {
  it('is there for assemble and save-artifacts, and what is in it does not get into the image', async () => {
    const cache = folderOf({ tool: 'cached' });
    const builder = running('cat /cache/tool; echo; echo more > /cache/written');
    const args = ['-v', `${cache}:/cache`];
    const { tag } = await build(builder, { args });
    expect(scriptLines(await build(builder, { tag, args }))).toEqual(['cached', 'cached']);
    expect(readdirSync(cache).sort()).toEqual(['tool', 'written']);
    expect([...(await filesOf(tag)).keys()].filter((path) => path.startsWith('cache/'))).toEqual([]);
    expect((await inspectImage(tag))?.Config.Volumes ?? {}).toEqual({});
  });

  it('is relative to where sti runs, and read-only with :ro', async () => {
    const cwd = folderOf({ 'cache/tool': 'cached' });
    const builder = running('cat /cache/tool; echo; touch /cache/new 2>/dev/null || echo read-only');
    expect(scriptLines(await build(builder, { cwd, args: ['-v', './cache:/cache:ro'] }))).toEqual([
      'cached',
      'read-only',
    ]);
    expect(readdirSync(join(cwd, 'cache'))).toEqual(['tool']);
  });

  it('that is not there fails the build, and is not made', async () => {
    const cwd = folderOf({});
    const ended = await tryBuild('root', { cwd, args: ['-v', './absent:/cache'] });
    const message = expect.stringContaining(join(cwd, 'absent'));
    expect(failureOf(ended)).toMatchObject({ code: 'engine-failed', message });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('is refused where the source goes', async () => {
    const ended = await tryBuild('root', { args: ['-v', `${folderOf({})}:/tmp/cache`] });
    expect(failureOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining('/tmp/cache') });
  });
});

describe('--inject', () => {
  const look = 'id -u; cat /etc/app/token /etc/app/sub/ca; cat /deep/down/settings.xml';
  const files = { token: 'hunter2\n', 'sub/ca': 'ca\n' };

  it('is there for assemble and save-artifacts, and nothing of it is in the image', async () => {
    const builder = running(look, { user, files: { 'etc/app/of-the-image': 'kept' } });
    const settings = join(folderOf({ 'settings.xml': 'settings\n' }), 'settings.xml');
    const args = ['-i', `${folderOf(files)}:/etc/app`, '--inject', `${settings}:/deep/down`];
    const { tag } = await build(builder, { args });
    const seen = ['1001', 'hunter2', 'ca', 'settings'];
    expect(scriptLines(await build(builder, { tag, args }))).toEqual([...seen, ...seen]);
    const paths = [...(await filesOf(tag)).keys()].filter((path) => /^(etc\/app|deep)/.test(path));
    expect(paths).toEqual(['etc/app', 'etc/app/of-the-image']);
  });

  it('goes into the working folder without a target, and folders that assemble used stay', async () => {
    const builder = running('cat /sub/ca; echo made > /sub/made');
    const built = await build(builder, { args: ['-i', folderOf(files)] });
    expect(scriptLines(built)).toEqual(['ca']);
    const paths = [...(await filesOf(built.tag)).keys()].filter((path) => /^(sub|token)/.test(path));
    expect(paths).toEqual(['sub', 'sub/made']);
  });

  it('never takes the place of a file that the image has', async () => {
    const builder = running('true', { files: { 'etc/app/token': 'of the image' } });
    const ended = await tryBuild(builder, { args: ['-i', `${folderOf(files)}:/etc/app`] });
    expect(failureOf(ended)).toMatchObject({ code: 'builder', message: expect.stringContaining('/etc/app/token') });
  });

  it('that is not there is a wrong command line, before anything is made', async () => {
    const ended = await tryBuild('root', { args: ['-i', 'absent:/etc/app'] });
    expect(failureOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining('/absent') });
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { inspectImage, removeImage, testTag } from '../support/engine.ts';
import { type StiEnded, startSti } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';
import { makeCanary } from './canary.ts';

/** What a stranger puts in the place of a file that is read whole. */
const strange: Readonly<Record<string, (path: string) => void>> = {
  'a pipe': (path) => spawnSync('mkfifo', [path]),
  'a link to an endless device': (path) => symlinkSync('/dev/zero', path),
  'a sparse file': (path) => {
    writeFileSync(path, '');
    truncateSync(path, 700 * 1024 * 1024);
  },
  'a folder': (path) => mkdirSync(path),
};

/** Runs a build; one that takes longer than any should is asked to end. */
async function build(source: string, args: readonly string[] = [], builder: Builder = {}): Promise<StiEnded> {
  const running = startSti(['build', source, await makeBuilder(builder), ...args]);
  const limit = setTimeout(() => running.kill('SIGTERM'), 60_000);
  const ended = await running.ended;
  clearTimeout(limit);
  return ended;
}

function makeSource(): string {
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'hello\n' });
  return source;
}

function put(path: string, what: string): string {
  mkdirSync(dirname(path), { recursive: true });
  strange[what]?.(path);
  return path;
}

describe.each(Object.keys(strange))('%s', (what) => {
  it.each(['.sti/environment', '.sti/bin/save-artifacts', '.stiignore', '.dockerignore'])(
    'as %s of the source neither stops a build for good nor fills the memory',
    async (name) => {
      const source = makeSource();
      put(join(source, name), what);
      const { exitCode, stderr } = await build(source);
      expect([0, 20, 40], stderr).toContain(exitCode);
      if (exitCode !== 0) expect(stderr).toContain(name);
    },
  );

  it('as --env-file or --scripts is an error that names it', async () => {
    const source = makeSource();
    const folder = tempFolder();
    const envFile = put(join(folder, 'environment'), what);
    expect(await build(source, ['--env-file', envFile])).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining(envFile),
    });
    const script = put(join(folder, 'scripts/assemble'), what);
    const { exitCode, stderr } = await build(source, ['--scripts', `file://${dirname(script)}`]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 40, stderr: expect.stringContaining(script) });
  });
});

describe('a link out of the source', () => {
  it.each(['.sti/environment', '.s2i/environment'])('as %s is not read', async (name) => {
    const source = makeSource();
    const canary = makeCanary();
    mkdirSync(join(source, dirname(name)));
    symlinkSync(join(canary.folder, 'deep/er/environment'), join(source, name));
    const tag = testTag('read');
    const { exitCode, stderr } = await build(source, [tag]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(`warning: .*${name}`) });
    expect(JSON.stringify(await inspectImage(tag))).not.toContain(canary.secret);
    expect(canary.disturbed()).toEqual([]);
    await removeImage(tag);
  });

  it('as a script is an error that names it, also where its folder is the link', async () => {
    const source = makeSource();
    const canary = makeCanary();
    mkdirSync(join(source, '.sti/bin'), { recursive: true });
    symlinkSync(join(canary.folder, 'program'), join(source, '.sti/bin/assemble'));
    expect(await build(source)).toMatchObject({ exitCode: 40, stderr: expect.stringContaining('.sti/bin/assemble') });
    rmSync(join(source, '.sti'), { recursive: true });
    symlinkSync(canary.folder, join(source, '.sti'));
    expect(await build(source)).toMatchObject({ exitCode: 40, stderr: expect.stringContaining('.sti/bin/assemble') });
    expect(canary.disturbed()).toEqual([]);
  });
});

describe('a link inside the source', () => {
  it('as a script is what it leads to: repaired, executable, and in the image', async () => {
    const source = makeSource();
    writeFiles(source, {
      'deploy/s2i/bin/assemble': '#!/bin/sh\r\necho "assembled by a link"\r\n',
      'real/run.sh': '#!/bin/sh\nexec sleep 1000\n',
      'config/env': 'BY_LINK=yes\n',
    });
    symlinkSync('deploy/s2i', join(source, '.s2i'));
    symlinkSync('../../../real/run.sh', join(source, 'deploy/s2i/bin/run'));
    symlinkSync('../../config/env', join(source, 'deploy/s2i/environment'));
    const tag = testTag('links');
    const { exitCode, stdout, stderr } = await build(source, [tag]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout + stderr).toContain('assembled by a link');
    const image = await inspectImage(tag);
    expect(image?.Config).toMatchObject({
      Cmd: ['/opt/sti/bin/run'],
      Env: expect.arrayContaining(['BY_LINK=yes']),
    });
    await removeImage(tag);
  });
});

describe('the metadata file that assemble writes', () => {
  it.each<[string, string]>([
    ['a sparse file', 'dd if=/dev/zero of=FILE bs=1 count=0 seek=700M'],
    ['a pipe', 'mkfifo FILE'],
    ['a link to a file of the image', 'echo "{}" > /other; ln -s /other FILE'],
    ['a link to an endless device', 'ln -s /dev/zero FILE'],
    ['a folder', 'mkdir FILE'],
  ])('is refused before the commit when it is %s', async (_, make) => {
    const lines = `mkdir -p /tmp/.s2i; ${make.replace('FILE', '/tmp/.s2i/image_metadata.json')}`;
    const scripts = { assemble: `#!/bin/sh\n${lines}\nexit 0\n` };
    const tag = testTag('metadata');
    const { exitCode, stderr } = await build(makeSource(), [tag], { scripts });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 80,
      stderr: expect.stringContaining('image_metadata.json'),
    });
    expect(await inspectImage(tag)).toBeUndefined();
  });
});

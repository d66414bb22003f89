import { readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appSource, build, imageOf, removeLater, tryBuild } from '../support/app-build.ts';
import { buildahOfFile } from '../support/buildah.ts';
import * as scripts from '../support/builder-scripts.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { eventsOf, failureOf, scriptLines } from '../support/dev-events.ts';
import { inspectImage, testName, testTag } from '../support/engine.ts';
import { leftBy } from '../support/leftovers.ts';
import { difference, filesOf } from '../support/listing.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { homeFor, startSti, temporaryFolderOf } from '../support/sti.ts';
import { withSyft } from '../support/syft.ts';
import { tempFolder, tempFolderOfFile, writeFiles } from '../support/temp.ts';

/** A client of Docker without buildx that has BuildKit all the same stands first in the PATH. */
const { PATH = '' } = process.env;
const clients = tempFolderOfFile();
symlinkSync('/usr/bin/docker', join(clients, 'docker'));
const withDocker = { env: { PATH: `${clients}${delimiter}${PATH}` } };

const app: Builder = {
  // buildah makes one where there is none.
  folders: ['run'],
  user: { name: 'app', uid: 1001, gid: 1001 },
  entrypoint: ['/bin/entry'],
  files: { 'bin/entry': scripts.entry },
  exposedPorts: ['8080/tcp'],
};
const source = () => appSource({ '.s2i/bin/run': '#!/bin/sh\necho mine\n', '.s2i/environment': 'FROM_FILE=1\n' });
const args = ['-e', 'A=a "b" $c', '--label', 'team=shop', '--description', 'Sells'];
const same = { added: [], changed: [], removed: [] };

const buildah = buildahOfFile();
let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry(tempFolderOfFile());
});
afterAll(() => registry.stop());

/** A home that has the registry's login, where docker's client has it. */
function homeWithLogin(): string {
  const home = homeFor();
  writeFiles(home, { '.docker/config.json': JSON.stringify({ auths: registry.auths }) });
  return home;
}

/** What an image is run with. */
async function configOf(tag: string) {
  const { Cmd, Entrypoint, Env, User, WorkingDir, Labels, ExposedPorts, Volumes } = (await imageOf(tag)).Config;
  return { Cmd, Entrypoint, Env, User, WorkingDir, Labels, ExposedPorts, volumes: Object.keys(Volumes ?? {}) };
}

/** The image of a plain build of the same source under the same name, and its files. */
async function plainly(folder: string, tag: string) {
  await build(app, { source: folder, tag, args });
  const image = { files: await filesOf(tag), config: await configOf(tag) };
  removeLater((await imageOf(tag)).Id);
  return image;
}

describe('--builder buildkit', () => {
  it('makes the same files and the same configuration, and reuses artifacts like other builds', async () => {
    const [folder, tag] = [source(), testTag('by-buildkit')];
    const plain = await plainly(folder, tag);
    const built = await build(app, {
      source: folder,
      tag,
      ...withDocker,
      args: [...args, '--builder', 'buildkit', '--clean'],
    });
    expect(difference(plain.files, await filesOf(tag))).toEqual(same);
    expect(await configOf(tag)).toEqual(plain.config);
    expect(scriptLines(built)).toContain('assembling as 1001:1001');
    expect(eventsOf(built, 'step-finished', { step: 'assemble', ok: true })).toHaveLength(1);
    removeLater((await imageOf(tag)).Id);

    await build(app, { source: folder, tag, ...withDocker, args: [...args, '--builder', 'buildkit'] });
    expect((await filesOf(tag)).get('app/deps/builds')?.content).not.toBe(plain.files.get('app/deps/builds')?.content);
  });

  it('ends with the exit code of what failed, its last lines, and the old tag', async () => {
    const tag = testTag('kept');
    await build('root', { tag });
    const before = await inspectImage(tag);
    const failed = await tryBuild('failing assemble', {
      tag,
      ...withDocker,
      args: ['--builder', 'buildkit'],
    });
    expect(failed.exitCode).toBe(60);
    const end: unknown = JSON.parse(failed.stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(end).toMatchObject({
      type: 'build-finished',
      outcome: {
        tagKept: tag,
        error: {
          code: 'assemble',
          message: expect.stringContaining('3'),
          lastLines: expect.arrayContaining(['about to fail', 'this is why']),
        },
      },
    });
    expect((await inspectImage(tag))?.Id).toBe(before?.Id);
  });

  it('pushes, and records the digest', async () => {
    const repository = testName('by-buildkit');
    const cwd = tempFolder();
    const tag = `${registry.host}/${repository}:1`;
    await build('root', {
      tag,
      cwd,
      home: homeWithLogin(),
      ...withDocker,
      args: ['--builder', 'buildkit', '--push', '--metadata-file', 'built.json'],
    });
    const digest = await registry.digestOf(repository, '1');
    expect(JSON.parse(readFileSync(join(cwd, 'built.json'), 'utf8'))).toMatchObject({ digest, tags: [tag] });
  });

  it('is cancelled like other builds', async () => {
    const home = homeFor();
    const words = ['build', appSource(), await makeBuilder('long assemble'), testTag('cancelled')];
    const running = startSti([...words, '--builder', 'buildkit', '--clean'], { home, ...withDocker });
    await running.printed('assemble started');
    running.kill('SIGTERM');
    expect((await running.ended).exitCode).toBe(143);
    expect(await leftBy(running.pid, { folders: [temporaryFolderOf(home)], within: 0 })).toEqual([]);
  });
});

describe('--builder buildah', () => {
  it('makes the same files and the same configuration without an engine, pushes and records the digest', async () => {
    const [folder, tag] = [source(), testTag('by-buildah')];
    const plain = await plainly(folder, tag);
    await buildah.bringIn(await makeBuilder(app));
    const cwd = tempFolder();
    const by = ['--builder', 'buildah', '--metadata-file', 'built.json'];
    const env = { ...buildah.env, DOCKER_HOST: 'unix:///no/engine' };
    const built = await build(app, { source: folder, tag, env, cwd, args: [...args, ...by] });
    expect(scriptLines(built)).toContain('assembling as 1001:1001');
    await buildah.takeOut(tag);
    expect(difference(plain.files, await filesOf(tag))).toEqual(same);
    expect(await configOf(tag)).toEqual(plain.config);

    const repository = testName('by-buildah');
    const pushed = `${registry.host}/${repository}:1`;
    const push = { tag: pushed, env: { ...withSyft(), ...env }, args: [...by, '--push', '--sbom'] };
    await build(app, { source: folder, cwd, home: homeWithLogin(), ...push });
    const digest = await registry.digestOf(repository, '1');
    const list = await registry.contentOf(repository, `manifests/${digest.replace(':', '-')}`);
    const [{ digest: sbomDigest }] = JSON.parse(list.toString('utf8')).manifests;
    expect(JSON.parse(readFileSync(join(cwd, 'built.json'), 'utf8'))).toMatchObject({
      digest,
      sbomDigest,
      tags: [pushed],
    });
  });

  it('reuses artifacts of its own image, and fails with what failed', async () => {
    const tag = testTag('buildah-again');
    await buildah.bringIn(await makeBuilder(app));
    const by = { tag, env: buildah.env, args: ['--builder', 'buildah'] };
    await build(app, by);
    const before = buildah.run('inspect', '--type', 'image', '--format', '{{.FromImageID}}', tag);
    expect(scriptLines(await build(app, by))).toContain('artifacts of build 1 restored');
    expect(buildah.run('inspect', '--type', 'image', '--format', '{{.FromImageID}}', tag)).not.toBe(before);

    await buildah.bringIn(await makeBuilder('failing assemble'));
    const failed = await tryBuild('failing assemble', by);
    expect(failureOf(failed)).toMatchObject({ code: 'assemble', lastLines: expect.arrayContaining(['this is why']) });
  });

  it('leaves no working container when it is cancelled', async () => {
    const home = homeFor();
    const builder = await makeBuilder('long assemble');
    await buildah.bringIn(builder);
    const words = ['build', appSource(), builder, testTag('cancelled'), '--builder', 'buildah'];
    const running = startSti(words, { home, env: buildah.env });
    await running.printed('assemble started');
    running.kill('SIGINT');
    expect((await running.ended).exitCode).toBe(130);
    expect(buildah.run('containers', '-q')).toBe('');
    expect(await leftBy(running.pid, { folders: [temporaryFolderOf(home)], within: 0 })).toEqual([]);
  });
});

describe('--builder', () => {
  it.each([
    ['buildkit', ['--inject', '/etc/hostname']],
    ['buildkit', ['--volume', '/etc:/cache']],
    ['buildkit', ['--memory', '100MB']],
    ['buildah', ['--run']],
    ['buildah', ['--dry-run']],
    ['make', []],
  ])('%s with %j is a wrong command line', async (builder, others) => {
    const refused = await tryBuild('root', { args: ['--builder', builder, ...others] });
    expect(failureOf(refused)).toMatchObject({ code: 'usage', exitCode: 64 });
  });

  it('refuses a builder image with ONBUILD instructions', async () => {
    const refused = await tryBuild({ onBuild: ['USER 0'] }, { args: ['--builder', 'buildkit'] });
    expect(failureOf(refused)).toMatchObject({ code: 'usage', exitCode: 64 });
  });

  it('says when the program is not there', async () => {
    const PATH = tempFolder();
    symlinkSync(process.execPath, join(PATH, 'node'));
    symlinkSync('/bin/sh', join(PATH, 'sh'));
    const ended = await tryBuild('root', { args: ['--builder', 'buildah'], env: { PATH } });
    expect(ended.exitCode).toBe(10);
  });
});

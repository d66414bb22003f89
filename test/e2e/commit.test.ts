import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appSource, build, buildWith, imageOf, removeLater, succeeded, tryBuild } from '../support/app-build.ts';
import * as scripts from '../support/builder-scripts.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { failureOf, scriptLines } from '../support/dev-events.ts';
import { api, createContainer, imageHistory, runContainer, testName } from '../support/engine.ts';
import { filesOf } from '../support/listing.ts';
import { sti } from '../support/sti.ts';

const user = { name: 'app', uid: 1001, gid: 1001 };

/** A builder with settings that only a commit can give it. */
async function richBuilder(): Promise<string> {
  const plain = await makeBuilder({
    user,
    entrypoint: ['/bin/entry'],
    files: { 'bin/entry': scripts.entry },
    volumes: ['/app/data'],
    exposedPorts: ['8080/tcp', '53/udp'],
    env: { OF_BUILDER: 'yes' },
  });
  const { Config } = await imageOf(plain);
  const container = await createContainer({ image: plain });
  const repo = testName('rich-builder');
  const body = {
    ...Config,
    WorkingDir: '/app',
    StopSignal: 'SIGQUIT',
    Healthcheck: { Test: ['CMD', 'true'], Interval: 30_000_000_000 },
  };
  try {
    await api.call('POST', `/commit?container=${container}&repo=${repo}&tag=latest`, { body });
  } finally {
    await api.call('DELETE', `/containers/${container}?v=1`);
  }
  return `${repo}:latest`;
}

describe('the configuration of the image', () => {
  it('is the builder’s, but for the command, the labels and the environment', async () => {
    const builder = await richBuilder();
    const { tag } = succeeded(await buildWith(builder));
    const [before, after] = await Promise.all([imageOf(builder), imageOf(tag)]);
    const own = { Cmd: null, Env: null, Labels: null, Image: null, Hostname: null, OnBuild: null };
    expect(before.Config).toMatchObject({ WorkingDir: '/app', User: 'app', Volumes: { '/app/data': {} } });
    expect({ ...after.Config, ...own }).toEqual({ ...before.Config, ...own });
    expect(after.Config.Cmd).toEqual(['/usr/libexec/s2i/run']);
    expect(after.Config.Env).toEqual(before.Config.Env);
    expect(await imageHistory(tag)).toHaveLength((await imageHistory(builder)).length + 1);
    expect((await runContainer({ image: tag })).stdout).toContain('entrypoint\nrunning as 1001:1001\nbuild 1\n');
  });

  it('has the variables of the builder, the source, --env-file and -e: the last wins', async () => {
    const source = appSource({ '.sti/environment': '# comment\nA = source \nB=source\nC=source\nD=x=y "z"\n' });
    const files = appSource({ env: 'B=file\nC=file\n' });
    const builder: Builder = { env: { A: 'builder', B: 'builder', C: 'builder', E: 'builder' } };
    const args = ['--env-file', join(files, 'env'), '-e', 'C=flag,F=a,b', '-e', 'G= g '];
    const { tag } = await build(builder, { source, args });
    const expected = ['A=source', 'B=file', 'C=flag', 'D=x=y "z"', 'E=builder', 'F=a,b', 'G= g ', 'PATH=/bin:/usr/bin'];
    expect((await imageOf(tag)).Config.Env.toSorted()).toEqual(expected);
    const { stdout } = await runContainer({ image: tag, command: ['cat', '/app/environment'] });
    expect(stdout.split('\n').filter((line) => /^[A-G]=/.test(line))).toEqual(expected.slice(0, 7));
  });

  it('has nothing of the image before', async () => {
    const { tag } = await build('stream protocol', { args: ['-e', 'ONLY_ONCE=1', '--label', 'only-once=1'] });
    expect((await imageOf(tag)).Config.Env).toContain('ONLY_ONCE=1');
    await build('stream protocol', { tag });
    const { Config } = await imageOf(tag);
    expect(Config.Env).not.toContain('ONLY_ONCE=1');
    expect(Config.Labels).not.toHaveProperty('only-once');
  });
});

describe('a run script that is not in the builder image', () => {
  const ownRun = '#!/bin/sh\necho "my own run as $(id -u)"\n';
  const installed = { type: 'file', mode: '0755', owner: '0:0' };

  it.each([
    ['the source', '.sti/bin/run'],
    ['the source', '.s2i/bin/run'],
    ['--scripts', 'run'],
  ])('is installed at /opt/sti/bin/run when it is from %s (%s)', async (from, path) => {
    const folder = appSource({ [path]: ownRun });
    const options = from === 'the source' ? { source: folder } : { args: ['--scripts', `file://${folder}`] };
    const { tag } = await build('named user', options);
    expect((await imageOf(tag)).Config.Cmd).toEqual(['/opt/sti/bin/run']);
    expect((await runContainer({ image: tag })).stdout).toBe('my own run as 1001\n');
    const files = await filesOf(tag);
    for (const folder of ['opt', 'opt/sti', 'opt/sti/bin']) {
      expect(files.get(folder)).toMatchObject({ type: 'directory', mode: '0755', owner: '0:0' });
    }
    expect(files.get('opt/sti/bin/run')).toMatchObject(installed);
    expect([...files.keys()].filter((path) => path.startsWith('tmp/'))).toEqual([]);
  });

  it('leaves an /opt that the builder has as it is', async () => {
    const assemble = '#!/bin/sh\nmkdir -p /opt\nchown 5:6 /opt\nchmod 2711 /opt\n';
    const builder = (await build({ scripts: { assemble } })).tag;
    const before = (await filesOf(builder)).get('opt');
    expect(before).toMatchObject({ mode: '2711', owner: '5:6' });
    const { tag } = succeeded(await buildWith(builder, { source: appSource({ '.sti/bin/run': ownRun }) }));
    const files = await filesOf(tag);
    expect(files.get('opt')).toEqual(before);
    expect(files.get('opt/sti')).toMatchObject({ mode: '0755', owner: '0:0' });
    expect(files.get('opt/sti/bin/run')).toMatchObject(installed);
  });
});

describe('the user that assemble runs as', () => {
  const root = { user, scripts: { run: '#!/bin/sh\necho "running as $(id -u)"\n' } };

  it.each([
    ['--assemble-user', root, ['--assemble-user', 'root']],
    ['the label io.openshift.s2i.assemble-user', { ...root, labels: { 'io.openshift.s2i.assemble-user': '0' } }, []],
    ['the label io.s2i.assemble-user', { ...root, labels: { 'io.s2i.assemble-user': 'root' } }, []],
  ] satisfies [string, Builder, string[]][])('may be set by %s, and is not the image’s', async (_, builder, args) => {
    const { tag, output } = await build(builder, { args });
    expect(output).toContain('assembling as 0:0\n');
    expect((await imageOf(tag)).Config.User).toBe('app');
    expect((await filesOf(tag)).get('app/src/index.html')).toMatchObject({ owner: '0:0' });
    expect((await runContainer({ image: tag })).stdout).toBe('running as 1001\n');
  });

  it('is by --assemble-user, whatever the label says', async () => {
    const labels = { 'io.openshift.s2i.assemble-user': 'root' };
    const ended = await tryBuild({ labels }, { args: ['--assemble-user', '4711:4712'] });
    expect(scriptLines(ended)).toContain('assembling as 4711:4712');
  });

  it('is named when the builder image does not have it', async () => {
    const failure = failureOf(await tryBuild({}, { args: ['--assemble-user', 'nobody-here'] }));
    expect(failure).toMatchObject({ code: 'builder', message: expect.stringContaining('nobody-here') });
  });

  it('does not become the user of an image whose builder has none', async () => {
    const assemble = '#!/bin/sh\necho "assembling as $(id -u):$(id -g)"\n';
    const builder: Builder = { scripts: { assemble, run: '#!/bin/sh\necho "running as $(id -u)"\n' } };
    const { tag, output } = await build(builder, { args: ['--assemble-user', 'app'] });
    expect(output).toContain('assembling as 1001:1001\n');
    expect((await runContainer({ image: tag })).stdout).toBe('running as 0\n');
  });
});

describe('a build without TAG', () => {
  it('makes an image without a tag, and prints its id only with -q', async () => {
    const { stdout, stderr } = succeeded(await sti(['build', '-q', appSource(), await makeBuilder('root')]));
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^sha256:[0-9a-f]{64}\n$/), stderr: '' });
    const id = stdout.trim();
    removeLater(id);
    expect((await imageOf(id)).RepoTags ?? []).toEqual([]);
    expect((await runContainer({ image: id })).stdout).toBe('running as 0:0\nbuild 1\nhello\n');
  });

  it('names the id in the closing line', async () => {
    const { stdout } = succeeded(await sti(['build', appSource(), await makeBuilder('root')]));
    const [, id = ''] = /^Built (sha256:[0-9a-f]{64}) in .* docker run --rm ([0-9a-f]{12})$/m.exec(stdout) ?? [];
    removeLater(id);
    expect((await imageOf(id)).RepoTags ?? []).toEqual([]);
  });
});

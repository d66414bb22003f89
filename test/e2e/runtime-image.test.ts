import { expect, it } from 'vitest';
import { appSource, build, imageOf, stepLine, tryBuild } from '../support/app-build.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { runContainer } from '../support/engine.ts';
import { filesOf } from '../support/listing.ts';
import { homeFor } from '../support/sti.ts';

const runtime: Builder = {
  user: { name: '4711', uid: 4711, gid: 0 },
  workingDir: '/srv/web',
  folders: ['srv/web'],
  scripts: {
    assemble: null,
    'save-artifacts': null,
    'assemble-runtime':
      '#!/bin/sh\nset -e\necho "in $(pwd) as $(id -u) with $GREETING"\nmv src/index.html page\nrmdir src\n',
    run: '#!/bin/sh\ncat /srv/web/page /srv/web/sub/builds\n',
  },
  labels: { 'io.openshift.s2i.assemble-input-files': '/app/src;/app/deps/builds:sub', 'of.the': 'runtime image' },
  env: { OF_THE: 'runtime image' },
  exposedPorts: ['8080'],
};

it('gets what assemble has made, and nothing else of the builder', async () => {
  const image = await makeBuilder(runtime);
  const args = ['--runtime-image', image, '-e', 'GREETING=hello'];
  const home = homeFor();
  const planned = await build('named user', { args: [...args, '--dry-run'], home });
  expect(planned.stdout).toMatch(/^runtime {4}\S+ · .* · gets \/app\/src, \/app\/deps\/builds:sub · as 4711$/m);
  expect(planned.stdout).toMatch(/^commit {5}CMD \["\/usr\/libexec\/s2i\/run"\] · as 4711 · /m);
  const first = await build('named user', { args, home });
  expect(first.stderr).toMatch(/^ {2}in \/srv\/web as 4711 with hello$/m);
  expect(stepLine(first, 'runtime')).toContain('/app/src, /app/deps/builds:sub');
  const { Config, RootFS } = await imageOf(first.tag);
  expect(Config).toMatchObject({ Cmd: ['/usr/libexec/s2i/run'], User: '4711', WorkingDir: '/srv/web' });
  expect(Config.Labels).toMatchObject({
    'of.the': 'runtime image',
    'io.openshift.s2i.build.source-location': expect.any(String),
  });
  expect(Config.Env).toEqual(expect.arrayContaining(['OF_THE=runtime image', 'GREETING=hello']));
  expect(RootFS.Layers).toHaveLength(2);
  const files = await filesOf(first.tag);
  const ours = [...files].filter(([path]) => /^(srv|app|tmp)\//.test(path));
  expect(ours.map(([path, { mode, owner }]) => [path, mode, owner])).toEqual([
    ['srv/web', expect.any(String), expect.any(String)],
    ['srv/web/page', '0644', '4711:0'],
    ['srv/web/sub', '0755', '4711:0'],
    ['srv/web/sub/builds', '0644', '4711:0'],
  ]);
  expect((await runContainer({ image: first.tag })).stdout).toBe('hello\n1\n');

  // s2i refuses this; the artifacts are kept of the builder's container.
  await build('named user', { args, home, tag: first.tag });
  expect((await runContainer({ image: first.tag })).stdout).toBe('hello\n2\n');
});

it('takes scripts of the source, and needs no assemble-runtime', async () => {
  const plain: Builder = {
    ...runtime,
    labels: {},
    scripts: { ...runtime.scripts, 'assemble-runtime': null, run: null },
  };
  const image = await makeBuilder(plain);
  const source = appSource({ '.s2i/bin/run': '#!/bin/sh\ncat /srv/web/kept/index.html\n' });
  const args = ['--runtime-image', image, '-a', '/app/src/index.html:kept', '--assemble-runtime-user', '0'];
  const { tag, stderr } = await build('root', { source, args });
  expect(stderr).toContain('no assemble-runtime');
  expect((await imageOf(tag)).Config).toMatchObject({ Cmd: ['/opt/sti/bin/run'], User: '4711' });
  expect((await filesOf(tag)).get('srv/web/kept/index.html')).toMatchObject({ owner: '0:0' });
  expect((await runContainer({ image: tag })).stdout).toBe('hello\n');
});

it('says what it lacks, and tags nothing', async () => {
  const image = await makeBuilder({ ...runtime, labels: {} });
  const failing = await makeBuilder({
    ...runtime,
    scripts: { ...runtime.scripts, 'assemble-runtime': '#!/bin/sh\necho why\nexit 3\n' },
  });
  for (const [args, exitCode, message] of [
    [['--runtime-image', image], 64, 'nothing goes into the runtime image'],
    [['--runtime-image', image, '-a', '/app/nothing'], 60, 'assemble has left no /app/nothing'],
    [['--runtime-image', failing], 60, 'assemble-runtime failed with exit code 3'],
    [
      ['--runtime-image', 'sti-test-nowhere', '--runtime-pull-policy', 'never'],
      30,
      'the runtime image sti-test-nowhere',
    ],
    [['-a', '/app/src'], 64, '--runtime-artifact needs --runtime-image'],
  ] as const) {
    const ended = await tryBuild('root', { args });
    expect(ended.stderr).toContain(`Error: ${message}`);
    expect(ended).toMatchObject({ exitCode, stdout: '' });
    await expect(imageOf(ended.tag)).rejects.toThrow();
  }
});

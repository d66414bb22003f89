import { expect, it } from 'vitest';
import { appSource, build, imageOf, tryBuild } from '../support/app-build.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { eventsOf, failureOf, scriptLines, summaryOf } from '../support/dev-events.ts';
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
  expect(eventsOf(planned, 'planned')).toMatchObject([
    {
      plan: {
        runtime: { artifacts: ['/app/src', '/app/deps/builds:sub'], user: '4711' },
        commit: { cmd: ['/usr/libexec/s2i/run'], user: '4711' },
      },
    },
  ]);
  const first = await build('named user', { args, home });
  expect(scriptLines(first)).toContain('in /srv/web as 4711 with hello');
  expect(summaryOf(first, 'runtime')).toContain('/app/src, /app/deps/builds:sub');
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
  const built = await build('root', { source, args });
  const { tag } = built;
  expect(summaryOf(built, 'runtime')).toContain('assemble-runtime');
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
  for (const [args, code, named] of [
    [['--runtime-image', image], 'usage', 'runtime'],
    [['--runtime-image', image, '-a', '/app/nothing'], 'assemble', '/app/nothing'],
    [['--runtime-image', failing], 'assemble', 'assemble-runtime'],
    [['--runtime-image', 'sti-test-nowhere', '--runtime-pull-policy', 'never'], 'builder', 'sti-test-nowhere'],
    [['-a', '/app/src'], 'usage', '--runtime-image'],
  ] as const) {
    const ended = await tryBuild('root', { args });
    expect(failureOf(ended)).toMatchObject({ code, message: expect.stringContaining(named) });
    await expect(imageOf(ended.tag)).rejects.toThrow();
  }
});

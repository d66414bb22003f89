import { expect, it } from 'vitest';
import type { BuildEvent, BuildPlan } from '../../source/build/events.ts';
import { appSource, build, buildWith, imageOf, succeeded, tryBuild } from '../support/app-build.ts';
import { makeBuilder } from '../support/builders.ts';
import { eventsOf, failureOf } from '../support/dev-events.ts';
import { api, testTag } from '../support/engine.ts';
import { sti } from '../support/sti.ts';

const source = () => appSource({ '.s2i/bin/assemble': '#!/bin/sh\necho mine\n', '.s2i/environment': 'FROM_FILE=1\n' });

function planIn(stdout: string): BuildPlan | undefined {
  const events = stdout
    .trim()
    .split('\n')
    .map((line): BuildEvent => JSON.parse(line));
  const end = events.at(-1);
  return end?.type === 'planned' ? end.plan : undefined;
}

it('says what a build does, and asks the engine nothing but questions', async () => {
  const builder = await makeBuilder('named user');
  const folder = source();
  const { Id } = await imageOf(builder);
  const since = Math.floor(Date.now() / 1000);
  const created = async (): Promise<string> => {
    const filters = encodeURIComponent(JSON.stringify({ image: [builder, Id], type: ['container'] }));
    const until = Math.floor(Date.now() / 1000) + 1;
    return (await api.call('GET', `/events?since=${since}&until=${until}&filters=${filters}`)).toString();
  };
  const args = [
    'build',
    folder,
    builder,
    testTag('planned'),
    '-e',
    'API_TOKEN=geheim',
    '--dry-run',
    '--progress',
    'json',
  ];
  const { stdout } = succeeded(await sti(args));
  expect(await created()).toBe('');
  expect(stdout).not.toContain('geheim');
  const plan = planIn(stdout);
  expect(plan).toMatchObject({
    source: { kind: 'folder as it is now', location: folder, files: 3 },
    builder: {
      name: builder,
      imageId: Id,
      pull: 'is not pulled (pull policy if-not-present)',
    },
    artifacts: { incremental: false, reason: expect.stringContaining('clean build: there is no ') },
    assemble: { user: 'app', variables: ['FROM_FILE', 'API_TOKEN'] },
  });
  expect(plan?.scripts.map(({ name, from }) => [name, from])).toEqual([
    ['assemble', '.s2i/bin of the source'],
    ['run', 'image:///usr/libexec/s2i, if it is there'],
    ['save-artifacts', 'image:///usr/libexec/s2i, if it is there'],
  ]);
  succeeded(await buildWith(builder, { source: folder }));
  expect(await created()).toContain('"create"');
});

it('plans the configuration that the image then has, and what would be reused', async () => {
  const first = await build('named user', { source: source() });
  const folder = source();
  const run = async (...args: string[]) =>
    buildWith(await makeBuilder('named user'), { source: folder, tag: first.tag, args: ['--label', 'a=b', ...args] });
  const plan = planIn(succeeded(await run('--dry-run', '--progress', 'json', '--rm')).stdout);
  const before = await imageOf(first.tag);
  expect(plan?.tag).toEqual({ name: first.tag, imageId: before.Id, removed: true });
  expect(plan?.artifacts).toEqual({
    incremental: true,
    reason: `what /usr/libexec/s2i/save-artifacts saves from ${first.tag}`,
  });
  const built = succeeded(await run('--progress', 'json'));
  const ways = eventsOf(built, 'status').flatMap(({ text }) => /^copied by (\w+)/.exec(text)?.[1] ?? []);
  expect([...new Set(ways)]).toEqual([plan?.wayIn.name]);
  const { Cmd, User, Labels } = (await imageOf(first.tag)).Config;
  expect(plan?.commit).toMatchObject({ cmd: Cmd, user: User, labels: Labels });
});

it('fails as the build would, with its exit code', async () => {
  const missing = await sti(['build', appSource(), 'sti-test-nowhere', '-p', 'never', '--dry-run']);
  expect(missing).toMatchObject({ exitCode: 30, stdout: '' });
  const nowhere = await tryBuild('root', { source: '/nowhere', args: ['--dry-run'] });
  expect(failureOf(nowhere)).toMatchObject({ code: 'source', exitCode: 20 });
});

import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { appSource, build, imageOf, removeLater, tryBuild } from '../support/app-build.ts';
import { buildahOfFile } from '../support/buildah.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { scriptLines, warningsOf } from '../support/dev-events.ts';
import { api, testName } from '../support/engine.ts';
import { difference, filesOf } from '../support/listing.ts';
import { homeFor } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const { PATH = '', DOCKER_HOST = '' } = process.env;
const token = 'swordfish-of-the-registry';
const buildah = buildahOfFile();

/** A client of Docker that has BuildKit without buildx stands first in the PATH. */
function withBuildKit(): Readonly<Record<string, string>> {
  const clients = tempFolder();
  symlinkSync('/usr/bin/docker', join(clients, 'docker'));
  return { PATH: `${clients}${delimiter}${PATH}` };
}

function builderOf(user: NonNullable<Builder['user']>): Builder {
  const assemble = `#!/bin/sh
set -e
[ "$(cat /run/secrets/token)" = ${token.slice(0, 9)}"${token.slice(9)}" ] && echo has the secret
cat /run/secrets/token; echo
cp -R /tmp/src /app/src
echo once >> /kept/builds
wc -l < /kept/builds
`;
  return { user, folders: ['run', 'kept'], scripts: { assemble, 'save-artifacts': null } };
}

/** A source, the file of a secret, and what a build is told of it and of a cache that no other test has. */
function asked() {
  const source = appSource();
  const cwd = tempFolder();
  writeFiles(cwd, { token });
  const cache = testName('cache');
  onTestFinished(async () => void (await api.call('DELETE', `/volumes/${cache}`).catch(() => {})));
  return { source, cwd, args: ['--secret', 'id=token,src=token', '--volume', `${cache}:/kept`] };
}

it.each([
  ['buildkit', { name: 'app', uid: 1001, gid: 1001 }],
  ['buildkit', { name: '1001', uid: 1001, gid: 1001 }],
  ['buildah', { name: 'app', uid: 1001, gid: 1001 }],
] as const)(
  '%s has secrets and named volumes mounted for assemble of its user (case %#), and in no layer',
  async (program, user) => {
    const builder = builderOf(user);
    const { source, cwd, args } = asked();
    const plain = await build(builder, { source, cwd, args });
    const seen = ['has the secret', '***', '1'];
    expect(scriptLines(plain).map((line) => line.trim())).toEqual(seen);
    const files = await filesOf(plain.tag);
    removeLater((await imageOf(plain.tag)).Id);
    if (program === 'buildah') await buildah.bringIn(await makeBuilder(builder));
    const env = program === 'buildah' ? buildah.env : withBuildKit();
    // buildah keeps caches where temporary files are.
    const options = {
      source,
      cwd,
      tag: plain.tag,
      env,
      home: homeFor(),
      args: [...args, '--clean', '--builder', program],
    };
    const [, again] = [await build(builder, options), await build(builder, options)];
    expect(scriptLines(again).map((line) => line.trim())).toEqual([...seen.slice(0, 2), '2']);
    if (program === 'buildah') await buildah.takeOut(plain.tag);
    // buildah takes away a folder that is empty without what was mounted there.
    const removed = program === 'buildah' ? ['kept'] : [];
    expect(difference(files, await filesOf(plain.tag))).toEqual({ added: [], changed: [], removed });
  },
);

it('is what a Dockerfile asks for, and the build of it fails without', async () => {
  const builder = builderOf({ name: '1001', uid: 1001, gid: 1001 });
  const { source, cwd, args } = asked();
  const written = await tryBuild(builder, {
    ...{ source, cwd },
    args: [...args, '--as-dockerfile', 'out/', '--url', DOCKER_HOST],
  });
  expect(written).toMatchObject({ exitCode: 0 });
  expect(warningsOf(written)).toContain('--secret id=token,src=FILE');
  const text = readFileSync(join(cwd, 'out/Dockerfile'), 'utf8');
  expect(text).not.toContain('swordfish');
  const env = { ...process.env, ...withBuildKit(), DOCKER_BUILDKIT: '1' };
  const docker = (...words: string[]) =>
    execFileSync('docker', ['build', '-q', ...words, 'out'], { cwd, env, encoding: 'utf8', stdio: 'pipe' });
  expect(() => docker()).toThrow('secret token not found');
  removeLater(docker('--secret', 'id=token,src=token').trim());
});

import { chmodSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { appSource, build, imageOf, removeLater, succeeded } from '../support/app-build.ts';
import * as builderScripts from '../support/builder-scripts.ts';
import { type Builder, type BuilderName, makeBuilder } from '../support/builders.ts';
import { failureOf } from '../support/dev-events.ts';
import { dockerBuild } from '../support/docker-build.ts';
import { testTag } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { serveHttp } from '../support/http-server.ts';
import { difference, filesOf, folderListing } from '../support/listing.ts';
import { startSti, sti } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const same = { added: [], changed: [], removed: [] };
const lookUp = ['-U', engineAddress];

/** What an image is run with; labels and the rest in the same words. */
async function configOf(image: string, tag = image): Promise<unknown> {
  const { Config } = await imageOf(image);
  const { Cmd, Entrypoint, Env, User, WorkingDir, Labels, ExposedPorts, Volumes } = Config;
  const config: unknown = JSON.parse(
    JSON.stringify({ Cmd, Entrypoint, Env, User, WorkingDir, Labels, ExposedPorts, Volumes }).replaceAll(
      tag,
      'its tag',
    ),
  );
  return config;
}

/** Both ways, of the same source with the same options: the image of `sti build`, and that of the Dockerfile. */
async function bothWays(
  builder: Builder | BuilderName,
  options: {
    readonly source?: string;
    readonly args?: readonly string[];
    readonly dockerfileArgs?: readonly string[];
  } = {},
  env: Readonly<Record<string, string>> = {},
) {
  const { source = appSource(), args = [], dockerfileArgs = lookUp } = options;
  const built = await build(builder, { source, args });
  const folder = `${tempFolder()}/out`;
  const tag = testTag('by-dockerfile');
  const image = await makeBuilder(builder);
  succeeded(
    await sti(['build', source, image, tag, ...args, '--as-dockerfile', `${folder}/`, ...dockerfileArgs], { env }),
  );
  await dockerBuild(folder, tag);
  return { built: built.tag, tag, folder };
}

async function expectAlike({ built, tag }: { readonly built: string; readonly tag: string }): Promise<void> {
  expect(difference(await filesOf(built), await filesOf(tag))).toEqual(same);
  expect(await configOf(tag)).toEqual(await configOf(built));
}

it('makes the same image as a build, with scripts, variables, labels and ignored files of the user', async () => {
  const hard = ['a "b" $PATH \\', "it's `x` $Y {Z}", '# no comment', 'ends with \\\\', 'tab\tand\r', 'ü😀', '', ' = '];
  const source = appSource({
    '.s2i/bin/run': '#!/bin/sh\r\necho mine\r\n',
    '.s2i/environment': 'FROM_FILE= of the source\n',
    '.s2iignore': '*.log\n',
    'debug.log': 'x',
    'deep/er/read-only': 'x',
    'read me.txt': 'x',
  });
  symlinkSync('deep/er', join(source, 'link'));
  const scripts = tempFolder();
  writeFiles(scripts, { assemble: builderScripts.assemble });
  chmodSync(join(source, 'deep/er/read-only'), 0o444);
  const args = [
    '--scripts',
    pathToFileURL(scripts).href,
    ...hard.flatMap((value, index) => ['-e', `HARD_${index}=${value}`, '--label', `hard-${index}"'$\\=${value}`]),
    '--description',
    'a "b"',
  ];
  const builder: Builder = {
    user: { name: 'app', uid: 1001, gid: 1001 },
    scriptsPath: '/tmp/of-the-image',
    entrypoint: ['/bin/entry'],
    files: { 'bin/entry': builderScripts.entry },
    exposedPorts: ['8080'],
  };
  const both = await bothWays(builder, { source, args });
  await expectAlike(both);
  expect((await imageOf(both.tag)).Config.Cmd).toEqual(['/opt/sti/bin/run']);
});

it("makes the same image without an engine, by s2i's defaults and the options", async () => {
  const builder: Builder = { user: { name: '1001', uid: 1001, gid: 1001 }, scriptsPath: '/opt/scripts' };
  const args = [
    '--image-scripts-url',
    'image:///opt/scripts',
    '--destination',
    '/opt/in put',
    '--assemble-user',
    '1001',
  ];
  const assemble = builderScripts.assemble.replaceAll('/tmp/src', "'/opt/in put/src'");
  const { calls, address } = await countingEngine();
  const both = await bothWays(
    { ...builder, scripts: { assemble } },
    { args, dockerfileArgs: [] },
    { DOCKER_HOST: address },
  );
  expect(calls()).toBe(0);
  await expectAlike(both);
});

it.each<BuilderName>(['stream protocol', 'seed protocol'])(
  'restores artifacts in a stage of its own when --incremental asks for it: %s',
  async (builder) => {
    const { tag } = await build(builder);
    const folder = tempFolder();
    const args = ['build', appSource(), await makeBuilder(builder), tag, '--incremental'];
    succeeded(await sti([...args, '--as-dockerfile', `${folder}/`, ...lookUp]));
    removeLater((await imageOf(tag)).Id);
    expect(await dockerBuild(folder, tag)).toContain('artifacts of build 1 restored');
    const paths = [...(await filesOf(tag)).keys()];
    expect(paths).toContain('app/deps/private');
    expect(paths.filter((path) => path.startsWith('tmp/'))).toEqual([]);
  },
);

it('writes the same text and the same files each time, and leaves the source as it was', async () => {
  const source = appSource({ '.s2i/bin/assemble': '#!/bin/sh\n' });
  const before = folderListing(source);
  const folder = tempFolder();
  const write = async (name: string) => {
    const args = ['build', source, 'a-builder', '-e', 'B=1,A=2', '--label', 'z=1', '--label', 'a=2'];
    const { stdout } = succeeded(await sti([...args, '--as-dockerfile', join(folder, name, 'Dockerfile'), '-q']));
    expect(stdout).toBe(`${join(folder, name, 'Dockerfile')}\n`);
    return [...folderListing(join(folder, name))].map(([path, { mtimeMs: _, ...record }]) => ({ path, ...record }));
  };
  const first = await write('one');
  expect(await write('two')).toEqual(first);
  expect(await write('one')).toEqual(first);
  expect(folderListing(source)).toEqual(before);
});

it('is built without source by sti generate, once the source is put beside it', async () => {
  const image = await makeBuilder('root');
  const folder = tempFolder();
  succeeded(await sti(['generate', image, join(folder, 'Dockerfile.gen')]));
  expect(readFileSync(join(folder, 'Dockerfile.gen'), 'utf8')).not.toContain('USER 1001');
  writeFiles(folder, { 'upload/src/index.html': 'hello\n' });
  const tag = testTag('generated');
  await dockerBuild(folder, tag, 'Dockerfile.gen');
  expect(difference(await filesOf((await build('root')).tag), await filesOf(tag))).toEqual(same);
  const unreachable = { env: { DOCKER_HOST: 'unix:///nowhere' } };
  succeeded(await sti(['generate', 'elsewhere/builder', join(folder, 'other', 'Dockerfile')], unreachable));
  expect(readFileSync(join(folder, 'other/Dockerfile'), 'utf8')).toContain('USER 1001\n');
});

it('refuses what it cannot do, in one line and before anything is written', async () => {
  const folder = tempFolder();
  const source = appSource();
  const out = join(folder, 'out/');
  const to = ['--as-dockerfile', out];
  for (const [args, named] of [
    [[...to, '--inject', source], '--inject'],
    [[...to, '--push'], '--push'],
    [[...to, '--volume', `${source}:/cache`], '--volume'],
    [[...to, '--volume', 'a:/b c'], '"/b c"'],
    [[...to, '--metadata-file', 'x'], '--metadata-file'],
    [['a-tag', ...to, '--push'], '--push'],
    [[...to, '--incremental'], '--incremental'],
    [[...to, '--label', 'a=b\nc'], '"a"'],
    [['--as-dockerfile', join(source, 'Dockerfile')], join(source, 'Dockerfile')],
  ] as const) {
    const ended = await sti(['build', source, 'a-builder', '--progress', 'json', ...args]);
    expect(failureOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining(named) });
  }
  expect(existsSync(out)).toBe(false);
});

it('leaves nothing when it is cancelled', async () => {
  const folder = tempFolder();
  let asked = (): void => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const url = await serveHttp(() => asked());
  const args = ['build', appSource(), 'a-builder', '--scripts', url, '--as-dockerfile', join(folder, 'out/')];
  const running = startSti(args);
  await isAsked;
  running.kill('SIGTERM');
  expect(await running.ended).toMatchObject({ exitCode: 143 });
  expect(existsSync(join(folder, 'out'))).toBe(false);
});

/** An engine's address at which connections are counted and nothing is answered. */
async function countingEngine(): Promise<{ readonly address: string; readonly calls: () => number }> {
  let calls = 0;
  const path = join(tempFolder(), 'engine.sock');
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  onTestFinished(() => void server.close());
  return { address: `unix://${path}`, calls: () => calls };
}

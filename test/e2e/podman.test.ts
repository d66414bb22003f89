import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transportNames } from '../../source/build/request.ts';
import { isIncremental } from '../support/app-build.ts';
import { baseEntries } from '../support/bases.ts';
import { assemble, run, saveToFolder, saveToStream } from '../support/builder-scripts.ts';
import { failureOf, scriptLines } from '../support/dev-events.ts';
import { type EngineApi, engineApi } from '../support/engine-api.ts';
import { importImage } from '../support/images.ts';
import { type Podman, startPodman } from '../support/podman.ts';
import { type StiEnded, sti } from '../support/sti.ts';
import { tempFolder, tempFolderOfFile, writeFiles } from '../support/temp.ts';

let podman: Podman;
let api: EngineApi;

beforeAll(async () => {
  podman = await startPodman(tempFolderOfFile());
  api = engineApi(podman.address);
});

afterAll(() => podman.stop());

async function builder(name: string, saveArtifacts: string): Promise<string> {
  const tag = `localhost/${name}:latest`;
  const entries = [
    ...(await baseEntries('busybox')),
    { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\napp:x:1001:1001:app:/app:/bin/sh\n' },
    { path: 'app/', uid: 1001, gid: 1001 },
    ...Object.entries({ assemble, run, 'save-artifacts': saveArtifacts }).map(([script, content]) => ({
      path: `usr/libexec/s2i/${script}`,
      content,
      mode: 0o755,
    })),
  ];
  const changes = [
    'LABEL io.openshift.s2i.scripts-url=image:///usr/libexec/s2i',
    'ENV PATH=/bin:/usr/bin',
    'ENTRYPOINT ["/bin/env"]',
    'USER app',
  ];
  await importImage(api, tag, entries, changes);
  return tag;
}

function build(tag: string, image: string, ...args: string[]): Promise<StiEnded> {
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'hello\n' });
  return sti(['build', source, image, tag, '--progress', 'json', ...args], { env: { DOCKER_HOST: podman.address } });
}

/** Runs the image by its name, as the closing summary says. */
function runImage(tag: string): string {
  // Podman raises these limits by itself, which is not allowed inside some containers.
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096'];
  const words = podman.command('run', '--rm', '--network=none', '--entrypoint=[]', ...limits, tag);
  const { stdout, stderr } = spawnSync('podman', words, { encoding: 'utf8' });
  return stdout + stderr;
}

describe('on Podman', () => {
  it.each(transportNames)('a build gives an image that runs, by the way %s', async (transport) => {
    const ended = await build(`by-${transport}`, await builder('plain', saveToFolder), '--transport', transport);
    expect(ended, ended.stdout).toMatchObject({ exitCode: 0 });
    expect(scriptLines(ended)).toContain('assembling as 1001:1001');
    expect(runImage(`by-${transport}`)).toBe('running as 1001:1001\nbuild 1\nhello\n');
  });

  it.each([
    ['folder', saveToFolder],
    ['stream', saveToStream],
  ])('a second build gets the artifacts of the first: %s', async (protocol, saveArtifacts) => {
    const image = await builder(protocol, saveArtifacts);
    await build(`again-${protocol}`, image);
    const again = await build(`again-${protocol}`, image);
    expect(isIncremental(again)).toBe(true);
    expect(scriptLines(again)).toContain('artifacts of build 1 restored');
    expect(runImage(`again-${protocol}`)).toContain('build 2\n');
  });

  it('the image has the builder’s configuration, and what sti adds to it', async () => {
    const image = await builder('configured', saveToFolder);
    await build('configured-app', image, '-e', 'GREETING=hello there', '--label', 'of=test');
    const { Config } = await api.json<{
      Config: { Cmd: string[]; Entrypoint: string[]; Env: string[]; User: string; Labels: object };
    }>('GET', '/images/configured-app/json');
    expect(Config).toMatchObject({ Cmd: ['/usr/libexec/s2i/run'], Entrypoint: ['/bin/env'], User: 'app' });
    expect(Config.Env).toContain('GREETING=hello there');
    expect(Config.Labels).toMatchObject({ of: 'test', 'io.openshift.s2i.build.image': image });
  });

  it('a build that fails leaves no container', async () => {
    const image = await builder('failing', saveToFolder);
    const failed = await build('failing-app', image, '--scripts', `file://${failingScripts()}`);
    expect(failureOf(failed)).toMatchObject({ code: 'assemble', lastLines: ['this is why'] });
    expect(await api.json('GET', '/containers/json?all=1')).toEqual([]);
  });
});

function failingScripts(): string {
  const folder = tempFolder();
  writeFiles(folder, { assemble: '#!/bin/sh\necho "this is why"\nexit 3\n' });
  return folder;
}

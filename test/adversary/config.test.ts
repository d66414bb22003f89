import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { eventOf } from '../support/dev-events.ts';
import { inspectImage, removeImage, testTag } from '../support/engine.ts';
import { serveHttp } from '../support/http-server.ts';
import { homeFor, startSti, sti } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';
import { type Canary, makeCanary } from './canary.ts';

interface Folder {
  readonly path: string;
  readonly tag: string;
}

/** Its application runs until it is ended, as that of `sti dev` has to. */
const staying: Builder = { scripts: { run: "#!/bin/sh\ntrap 'exit 0' TERM\nsleep 300 &\nwait\n" } };

/** A folder that came with a configuration of whoever made it. */
async function folderWith(config: Readonly<Record<string, unknown>>): Promise<Folder> {
  const [path, tag] = [tempFolder(), testTag('hostile-config')];
  onTestFinished(() => removeImage(tag));
  const image = await makeBuilder('root');
  writeFiles(path, { 'index.html': 'page', '.sti/config.json': JSON.stringify({ image, tag, ...config }) });
  return { path, tag };
}

/** A server of the stranger's: what came in, requests and connections. */
async function trap(): Promise<{ url: string; heard: string[] }> {
  const heard: string[] = [];
  const url = await serveHttp(async (request, response) => {
    heard.push(`${request.method} ${request.url}`);
    for await (const chunk of request) heard.push(String(chunk));
    response.end('#!/bin/sh\nexit 0\n');
  });
  return { url, heard };
}

async function expectNothingOf(canary: Canary, texts: readonly string[], { tag }: Folder): Promise<void> {
  expect(canary.disturbed()).toEqual([]);
  const image = JSON.stringify(await inspectImage(tag));
  expect([...texts, image].join('\n')).not.toContain(canary.secret);
}

describe('the configuration that came with a folder', () => {
  it.each([
    ['build', []],
    ['dev', ['--once']],
  ])('chooses no address for sti %s to talk to', async (command, args) => {
    const { url, heard } = await trap();
    const folder = await folderWith({
      image: await makeBuilder(staying),
      url: url.replace('http', 'tcp'),
      callbackUrl: `${url}/callback`,
    });
    const ended = await sti([command, ...args], { cwd: folder.path });
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    expect(heard).toEqual([]);
    for (const named of [/\burl\b/, /\bcallbackUrl\b/, /\.sti\/config\.json/, /--trust\b/])
      expect(ended.stderr).toMatch(named);
  });

  it.each<[string, (canary: Canary, folder: string) => string]>([
    ['by its path', ({ folder }) => `${folder}/deep/er/environment`],
    ['by dots', ({ folder }) => `../../../../../../../..${folder}/deep/er/environment`],
    [
      'by a link',
      ({ folder }, path) => {
        symlinkSync(`${folder}/deep/er/environment`, join(path, 'app.env'));
        return 'app.env';
      },
    ],
    [
      'by a link of a folder',
      ({ folder }, path) => {
        symlinkSync(folder, join(path, 'etc'));
        return 'etc/deep/er/environment';
      },
    ],
  ])('brings no file of the host in as environment: %s', async (_, envFileOf) => {
    const canary = makeCanary();
    const folder = await folderWith({});
    const image = await makeBuilder('root');
    const config = { image, tag: folder.tag, envFile: envFileOf(canary, folder.path) };
    writeFiles(folder.path, { '.sti/config.json': JSON.stringify(config) });
    const { exitCode, stdout, stderr } = await sti(['build'], { cwd: folder.path });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/^warning: envFile .*\.sti\/config\.json/m);
    await expectNothingOf(canary, [stdout, stderr], folder);
  });

  it('runs no script of the host', async () => {
    const canary = makeCanary();
    const inside = await folderWith({ scripts: 'file://./scripts' });
    writeFiles(inside.path, { 'scripts/run': '#!/bin/sh\n' });
    symlinkSync(join(canary.folder, 'program'), join(inside.path, 'scripts/assemble'));
    for (const folder of [await folderWith({ scripts: pathToFileURL(canary.folder).href }), inside]) {
      const { exitCode, stdout, stderr } = await sti(['build'], { cwd: folder.path });
      expect(exitCode, stderr).toBe(0);
      await expectNothingOf(canary, [stdout, stderr], folder);
    }
  });

  it('fetches no script from an address', async () => {
    const { url, heard } = await trap();
    const { path } = await folderWith({ scripts: `${url}/scripts` });
    expect(await sti(['build'], { cwd: path })).toMatchObject({ exitCode: 0 });
    expect(heard).toEqual([]);
  });

  it.each<[string, (path: string) => void]>([
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a device without end', (path) => symlinkSync('/dev/zero', path)],
    ['a file of the host', (path) => symlinkSync(join(makeCanary().folder, 'secret.txt'), path)],
  ])('that is %s is refused at once, by its name', async (_, make) => {
    const cwd = tempFolder();
    writeFiles(cwd, { '.sti/other': '' });
    make(join(cwd, '.sti/config.json'));
    for (const command of ['build', 'dev', 'config']) {
      const { exitCode, stderr } = await sti([command], { cwd });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('.sti/config.json') });
    }
  });

  it('is shown by sti config with what of it is left out', async () => {
    const { path } = await folderWith({ callbackUrl: 'https://elsewhere.example/', standbys: 3 });
    const { stdout } = await sti(['config'], { cwd: path });
    expect(stdout).toMatch(/^callbackUrl +- +default$/m);
    expect(stdout).toMatch(/^callbackUrl +https:\/\/elsewhere\.example\/ +\.sti\/config\.json.*--trust$/m);
    expect(stdout).toMatch(/^standbys +3 +\.sti\/config\.json$/m);
  });
});

describe('--trust', () => {
  it('lets the callback of a folder through, from then on and until the file changes', async () => {
    const { url, heard } = await trap();
    const home = homeFor();
    const config = { callbackUrl: `${url}/first` };
    const { path: cwd, tag } = await folderWith(config);
    const posts = () => heard.filter((line) => line.startsWith('POST'));
    expect(await sti(['build', '--trust'], { cwd, home })).toMatchObject({ exitCode: 0 });
    expect(await sti(['build'], { cwd, home })).toMatchObject({ exitCode: 0 });
    expect(posts()).toEqual(['POST /first', 'POST /first']);

    const image = await makeBuilder('root');
    writeFiles(cwd, { '.sti/config.json': JSON.stringify({ image, tag, callbackUrl: `${url}/second` }) });
    const { stderr } = await sti(['build'], { cwd, home });
    expect(posts()).toHaveLength(2);
    expect(stderr).toMatch(/^warning: callbackUrl .*\.sti\/config\.json/m);
  });

  it('can’t be given by the folder', async () => {
    const { path: cwd } = await folderWith({ trust: true });
    expect(await sti(['build'], { cwd })).toMatchObject({ exitCode: 64 });
  });

  it('is not given to what is saved while sti dev runs', async () => {
    const home = homeFor();
    const { path: cwd, tag } = await folderWith({ ports: [] });
    const image = await makeBuilder('root');
    const running = startSti(['dev', '--trust', '--progress', 'json'], { cwd, home });
    onTestFinished(() => running.kill('SIGKILL'));
    await eventOf(running, 'cycle-started');
    writeFiles(cwd, { '.sti/config.json': JSON.stringify({ image, tag, callbackUrl: 'https://elsewhere.example/' }) });
    await eventOf(running, 'warning', { message: /\.sti\/config\.json/ });
    running.kill('SIGINT');
    expect(await running.ended).toMatchObject({ exitCode: 0 });
  });
});

describe("the user's own configuration", () => {
  it('holds in every folder', async () => {
    const { url, heard } = await trap();
    const home = homeFor();
    writeFiles(home, { '.config/sti/config.json': JSON.stringify({ callbackUrl: `${url}/mine` }) });
    const { path: cwd } = await folderWith({});
    expect(await sti(['build'], { cwd, home })).toMatchObject({ exitCode: 0 });
    expect(heard[0]).toBe('POST /mine');
    expect(existsSync(join(home, '.config/sti/trusted'))).toBe(false);
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { makeBuilder } from '../support/builders.ts';
import { inspectImage, removeImage, testTag } from '../support/engine.ts';
import { leftBy } from '../support/leftovers.ts';
import { testPort } from '../support/ports.ts';
import { siteBuilder } from '../support/site-builder.ts';
import { homeFor, startSti, sti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const server = {
  scripts: {
    assemble: '#!/bin/sh\nset -e\nmkdir -p /www\ncp -R /tmp/src/. /www\n',
    run: siteBuilder.scripts.run,
    'save-artifacts': null,
  },
  exposedPorts: ['8080'],
} as const;

/** A folder with a page and a configuration file. */
async function application(page: string, config: Readonly<Record<string, unknown>>, folder = tempFolder()) {
  const image = await makeBuilder(server);
  writeFiles(folder, { 'index.html': page, '.sti/config.json': JSON.stringify({ image, ...config }) });
  return folder;
}

describe('.sti/config.json', () => {
  it('makes sti build work without arguments', async () => {
    const tag = testTag('config');
    onTestFinished(() => removeImage(tag));
    const cwd = await application('hello', { tag, env: { GREETING: 'hello, A=1' }, labels: { team: 'shop' } });
    expect(await sti(['build'], { cwd })).toMatchObject({ exitCode: 0 });
    const { Config } = (await inspectImage(tag)) ?? {};
    expect(Config?.Env).toContain('GREETING=hello, A=1');
    expect(Config?.Labels).toMatchObject({ team: 'shop' });
  });

  it('is not needed where s2i has kept a command line, which --use-config takes', async () => {
    const tag = testTag('kept');
    onTestFinished(() => removeImage(tag));
    const cwd = tempFolder();
    const flags = { 'env-0': 'GREETING=hello, A=1', label: '[team=shop]', 'use-config': 'true' };
    const kept = { source: 'web', builderImage: await makeBuilder(server), tag, flags };
    writeFiles(cwd, { 'web/index.html': 'hello', '.s2ifile': JSON.stringify(kept) });
    expect(await sti(['build', '--use-config'], { cwd })).toMatchObject({ exitCode: 0 });
    const { Config } = (await inspectImage(tag)) ?? {};
    expect(Config?.Env).toContain('GREETING=hello, A=1');
    expect(Config?.Labels).toMatchObject({ team: 'shop' });
  });

  it('makes sti dev work without arguments', async () => {
    const port = testPort();
    const cwd = await application('hello', { ports: [`${port}:8080`] });
    const { exitCode, stdout } = await sti(['dev', '--once', '--progress', 'json'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`http://localhost:${port}`);
  });

  it('is refused with file and key when something is wrong with it, before an engine is looked for', async () => {
    const cwd = await application('hello', { env: { PORT: 8080 }, standby: 3 });
    const ended = await sti(['build'], { cwd, env: { DOCKER_HOST: 'unix:///no/such/engine.sock' } });
    expect(ended).toMatchObject({ exitCode: 64, stdout: '' });
    for (const named of ['.sti/config.json', 'env.PORT', 'standby', 'standbys']) expect(ended.stderr).toContain(named);
  });

  it('that is no JSON is refused without a word of what it holds', async () => {
    const cwd = tempFolder();
    writeFiles(cwd, { '.sti/config.json': '{\n  "env": {"TOKEN": "hunter2"} x\n}' });
    const { exitCode, stderr } = await sti(['dev'], { cwd });
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(/\.sti\/config\.json.* 2\b/);
    expect(stderr).not.toContain('hunter2');
  });
});

describe('sti config', () => {
  it('shows what holds for a folder and where it comes from', async () => {
    const cwd = await application('hello', { env: { API_KEY: 'hunter2' } });
    const { exitCode, stdout } = await sti(['config'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^env\.API_KEY +\*\*\* +\.sti\/config\.json$/m);
    expect(stdout).toMatch(/^standbys +2 +default$/m);
    expect(stdout).not.toContain('hunter2');
  });

  it('prints a JSON Schema', async () => {
    const { exitCode, stdout } = await sti(['config', '--schema']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it('refuses what is no folder', async () => {
    expect(await sti(['config', 'https://example.org/app.git'])).toMatchObject({ exitCode: 64 });
  });
});

describe('sti dev with several folders', () => {
  it.each([[[]], [['--jobs', '1']]])(
    'serves all of them, says whose each line is, and ends with Ctrl-C: %j',
    async (more) => {
      const cwd = tempFolder();
      const [shop, admin] = [testPort(), testPort()];
      await application('the shop', { ports: [`${shop}:8080`] }, `${cwd}/shop`);
      await application('the admin', { ports: [`${admin}:8080`] }, `${cwd}/admin`);
      const home = homeFor();
      const running = startSti(['dev', 'shop', 'admin', ...more], { cwd, home });
      onTestFinished(() => running.kill('SIGKILL'));
      await running.printed(`http://localhost:${shop}`);
      await running.printed(`http://localhost:${admin}`);
      const page = async (port: number) => (await fetch(`http://127.0.0.1:${port}/index.html`)).text();
      expect([await page(shop), await page(admin)]).toEqual(['the shop', 'the admin']);
      running.kill('SIGINT');
      const { exitCode, stderr } = await running.ended;
      expect(exitCode).toBe(0);
      for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/^(shop {3}|admin {2})/);
      expect(await leftBy(running.pid, { folders: [temporaryFolderOf(home)] })).toEqual([]);
    },
  );

  it('says which one waits for its turn to assemble', async () => {
    const cwd = tempFolder();
    const slow = { '.sti/bin/assemble': '#!/bin/sh\nsleep 2\nmkdir -p /www\ncp -R /tmp/src/. /www\n' };
    for (const name of ['shop', 'admin']) {
      await application(name, { ports: [`${testPort()}:8080`] }, `${cwd}/${name}`);
      writeFiles(`${cwd}/${name}`, slow);
    }
    const { exitCode, stderr } = await sti(['dev', 'shop', 'admin', '--jobs', '1', '--once'], { cwd });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^(shop {3}|admin {2})build 1 .*--jobs/m);
  });

  it('names the application in every JSON event, and ends with the code of the one that failed', async () => {
    const cwd = tempFolder();
    await application('fine', { ports: [`${testPort()}:8080`] }, `${cwd}/fine`);
    await application('broken', { contextDir: 'absent' }, `${cwd}/broken`);
    const { exitCode, stdout } = await sti(['dev', 'fine', 'broken', '--once', '--progress', 'json'], { cwd });
    expect(exitCode).toBe(22);
    const apps = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line).app);
    expect(new Set(apps)).toEqual(new Set(['fine', 'broken']));
  });

  it('refuses a folder without a configuration file among more than one application can have', async () => {
    const cwd = tempFolder();
    await application('x', {}, `${cwd}/a`);
    const ended = await sti(['dev', 'a', 'b', 'c', 'd'], { cwd });
    expect(ended).toMatchObject({ exitCode: 64, stderr: expect.stringMatching(/^Error: .*\bb\b/) });
  });
});

import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { appSource, build, isIncremental, removeLater, succeeded } from '../support/app-build.ts';
import { importBuilder } from '../support/builder-image.ts';
import { builders } from '../support/builders.ts';
import { eventOf, scriptLines } from '../support/dev-events.ts';
import { api, inspectImage, testName } from '../support/engine.ts';
import { type EngineApi, engineApi } from '../support/engine-api.ts';
import { difference, filesOf } from '../support/listing.ts';
import { giveTo } from '../support/ordinary-user.ts';
import { startPodman } from '../support/podman.ts';
import { testPort } from '../support/ports.ts';
import { type RootlessEngine, startRootless } from '../support/rootless.ts';
import { siteBuilder } from '../support/site-builder.ts';
import { homeFor, startSti, sti } from '../support/sti.ts';
import { tempFolder, tempFolderOfFile, writeFiles } from '../support/temp.ts';

// Only root can make a user for it.
describe.runIf(process.getuid?.() === 0).each(['docker', 'podman'] as const)(
  'on the rootless %s of an ordinary user',
  (kind) => {
    let engine: RootlessEngine;
    let theirs: EngineApi;
    beforeAll(async () => {
      engine = await startRootless(kind, tempFolderOfFile());
      theirs = engineApi(engine.address);
    });
    afterAll(() => engine.stop());

    const run = (args: readonly string[], home = homeFor(engine.options.user)) =>
      sti([...args, '--progress', 'json'], { ...engine.options, home });

    it('a build and the one after it give the image that the engine of root gives', async () => {
      const builder = `localhost/${testName('builder')}:latest`;
      const tag = `localhost/${testName('app')}:latest`;
      await importBuilder(theirs, builder, builders['named user']);
      const source = appSource();
      succeeded(await run(['build', source, builder, tag]));
      const again = succeeded(await run(['build', source, builder, tag]));
      expect(isIncremental(again)).toBe(true);
      expect(scriptLines(again)).toContain('assembling as 1001:1001');
      expect(await theirs.json('GET', '/containers/json?all=1')).toEqual([]);

      await takeOut(theirs, tag);
      const ofRoot = kind === 'docker' ? await byDocker(source) : await byPodman(source, builder);
      const differs = difference(await filesOf(ofRoot), await filesOf(tag));
      expect(differs).toEqual({ added: [], changed: [], removed: [] });
    });

    it('an application is served, and served anew after a save', async () => {
      const builder = `localhost/${testName('site')}:latest`;
      await importBuilder(theirs, builder, siteBuilder);
      const source = appSource();
      giveTo(engine.options, source);
      const port = testPort();
      const args = ['dev', source, builder, '--port', `${port}:8080`, '--progress', 'json'];
      const running = startSti(args, { ...engine.options, home: homeFor(engine.options.user) });
      const text = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
      await eventOf(running, 'cycle-served', { cycle: 1 });
      expect(await text()).toBe('hello\n');
      writeFiles(source, { 'index.html': 'saved\n' });
      await eventOf(running, 'cycle-served', { cycle: 2 });
      expect(await text()).toBe('saved\n');
      running.kill('SIGINT');
      await running.ended;
      expect(await theirs.json('GET', '/containers/json?all=1')).toEqual([]);
    });

    it('sti doctor finds it without being told where, and says what it is and how files get in', async () => {
      const report = await sti(['doctor', '--json'], engine.options);
      expect(report, report.stderr).toMatchObject({ exitCode: 0 });
      const { findings } = JSON.parse(report.stdout);
      const textOf = (check: string) => findings.find((finding: { check: string }) => finding.check === check)?.text;
      expect(textOf('engine')).toContain('rootless');
      expect(textOf('engine')).toContain(engine.address);
      expect(textOf('delivery')).toMatch(/^stream/);
    });
  },
);

/** The same two builds by the tests' engine. */
async function byDocker(source: string): Promise<string> {
  const { tag } = await build('named user', { source });
  return (await build('named user', { source, tag })).tag;
}

async function byPodman(source: string, builder: string): Promise<string> {
  const podman = await startPodman(tempFolder());
  onTestFinished(podman.stop);
  const its = engineApi(podman.address);
  await importBuilder(its, builder, builders['named user']);
  const tag = `localhost/${testName('of-root')}:latest`;
  const env = { DOCKER_HOST: podman.address };
  for (const _ of ['first', 'second']) succeeded(await sti(['build', source, builder, tag], { env }));
  await takeOut(its, tag);
  return tag;
}

/** Gives the tests' engine an image of another one. */
async function takeOut(from: EngineApi, tag: string): Promise<void> {
  const file = join(tempFolder(), 'image.tar');
  await pipeline(await from.open('GET', `/images/${tag}/get`), createWriteStream(file));
  await api.call('POST', '/images/load', { body: createReadStream(file) });
  removeLater((await inspectImage(tag))?.Id ?? '');
}

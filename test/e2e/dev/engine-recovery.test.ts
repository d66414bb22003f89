import { describe, expect, it, onTestFinished } from 'vitest';
import { type Builder, makeBuilder } from '../../support/builders.ts';
import { eventOf, eventsOf } from '../../support/dev-events.ts';
import {
  type DevSite,
  type DevSiteOptions,
  fragileSite,
  imageFirstSite,
  startDevSite,
} from '../../support/dev-site.ts';
import { api, inspectImage, removeImage, testTag } from '../../support/engine.ts';
import { startEngineProxy } from '../../support/engine-proxy.ts';
import { testPort } from '../../support/ports.ts';
import { writeFiles } from '../../support/temp.ts';

async function serve(options: DevSiteOptions): Promise<DevSite> {
  const site = await startDevSite(options);
  await site.served(1);
  return site;
}

/** The fragile site's builder, told apart by what the build says. */
const saying = (word: string): Builder => ({ ...fragileSite, env: { GREETING: word } });

/** Gives an image, made from a description, another name as well. */
async function nameBuilder(name: string, builder: Builder): Promise<void> {
  const [repo = '', tag = ''] = name.split(':');
  await api.call('POST', `/images/${await makeBuilder(builder)}/tag?${new URLSearchParams({ repo, tag })}`);
}

/** A name for a builder image that may stand for another one later. */
async function builderName(builder: Builder): Promise<string> {
  const name = testTag('builder');
  await nameBuilder(name, builder);
  onTestFinished(() => removeImage(name));
  return name;
}

describe('sti dev', () => {
  it('says that the engine is away, also to who asks, each time, and serves on the same port when it is back', async () => {
    const proxy = await startEngineProxy();
    const env = { DOCKER_HOST: proxy.address };
    const { running, source, text, served, end } = await serve({ files: { 'index.html': 'one' }, env });
    await proxy.cut();
    const { code, until } = await eventOf(running, 'dev-interrupted');
    expect({ code, until }).toEqual({ code: expect.stringMatching(/^engine-/), until: 'it is over' });
    expect(await text()).toMatch(/engine/);
    writeFiles(source, { 'index.html': 'saved meanwhile' });
    await proxy.mend();
    await served(2);
    expect(await text()).toBe('saved meanwhile');
    writeFiles(source, { 'index.html': 'saved later' });
    await served(3);
    expect(await text()).toBe('saved later');
    await proxy.cut();
    await expect.poll(() => eventsOf(running, 'dev-interrupted'), { timeout: 100_000 }).toHaveLength(2);
    await proxy.mend();
    await served(4);
    expect(await end()).toEqual([]);
  });

  it('builds anew when the builder image gets another content', async () => {
    const builder = await builderName(saying('old'));
    const { text, served, end } = await serve({ files: { 'index.html': 'one' }, builder });
    expect(await text('greeting')).toBe('old');
    await nameBuilder(builder, saying('new'));
    await served(2);
    expect(await text('greeting')).toBe('new');
    expect(await end()).toEqual([]);
  });

  it('serves on other ports when the builder image gets others', async () => {
    const [first, second] = [testPort(), testPort()];
    const onPort = (port: number): Builder => ({
      ...fragileSite,
      exposedPorts: [String(port)],
      scripts: { ...fragileSite.scripts, run: fragileSite.scripts.run.replace('8080', String(port)) },
    });
    const builder = await builderName(onPort(first));
    const { served, end } = await serve({ files: { 'index.html': 'one' }, builder, onExposedPorts: true });
    expect(await served(1)).toMatchObject({ urls: [`http://localhost:${first}`] });
    await nameBuilder(builder, onPort(second));
    expect(await served(2)).toMatchObject({ urls: [`http://localhost:${second}`] });
    expect(await (await fetch(`http://127.0.0.1:${second}/`)).text()).toBe('one');
    await expect(fetch(`http://127.0.0.1:${first}/`)).rejects.toThrow();
    expect(await end()).toEqual([]);
  });

  it('warns when the builder image is gone, and still serves each save', async () => {
    const builder = await builderName(saying('old'));
    const site = await serve({ files: { 'index.html': 'one' }, builder });
    const { running, source, text, served, tagged, warned, end } = site;
    await removeImage(builder);
    await warned(new RegExp(builder));
    expect(await text()).toBe('one');
    for (const [build, content] of [
      [2, 'two'],
      [3, 'three'],
      [4, 'four'],
    ] as const) {
      writeFiles(source, { 'index.html': content });
      await served(build);
      expect(await text()).toBe(content);
    }
    await tagged(4);
    expect(eventsOf(running, 'cycle-failed')).toEqual([]);
    expect(await end()).toEqual([]);
  });

  it.each([
    ['in place', fragileSite],
    ['of an image', imageFirstSite],
  ])('removes the images that it replaced, when the application runs %s', async (_, builder) => {
    const { source, tag, served, tagged, end } = await serve({ files: { 'index.html': 'one' }, builder });
    await tagged(1);
    const first = (await inspectImage(tag))?.Id ?? '';
    writeFiles(source, { 'index.html': 'two' });
    await served(2);
    await tagged(2);
    await expect.poll(() => inspectImage(first), { timeout: 100_000 }).toBeUndefined();
    expect(await inspectImage(tag)).toBeDefined();
    expect(await end()).toEqual([]);
  });

  it('leaves them with --keep-images', async () => {
    const options = ['--keep-images'];
    const { running, source, tag, tagged } = await serve({ files: { 'index.html': 'one' }, options });
    await tagged(1);
    const first = (await inspectImage(tag))?.Id ?? '';
    onTestFinished(() => removeImage(first));
    writeFiles(source, { 'index.html': 'two' });
    await tagged(2);
    expect((await inspectImage(tag))?.Id).not.toBe(first);
    running.kill('SIGINT');
    await running.ended;
    expect(await inspectImage(first)).toBeDefined();
  });

  it('serves each save of an engine on another machine, through ports that the engine publishes', async () => {
    const { address } = await startEngineProxy('tcp');
    const env = { DOCKER_HOST: address };
    const { source, text, served, end } = await serve({ files: { 'index.html': 'one' }, env });
    expect(await text()).toBe('one');
    writeFiles(source, { 'index.html': 'two' });
    await served(2);
    expect(await text()).toBe('two');
    expect(await end()).toEqual([]);
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { type Builder, makeBuilder } from '../../support/builders.ts';
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
    await running.printed('sti dev goes on when that is over');
    expect(await text()).toContain('the engine does not answer');
    expect(running.output().stderr).not.toContain('exit code');
    writeFiles(source, { 'index.html': 'saved meanwhile' });
    await proxy.mend();
    await running.printed('the engine is back');
    await served(2);
    expect(await text()).toBe('saved meanwhile');
    writeFiles(source, { 'index.html': 'saved later' });
    await served(3);
    expect(await text()).toBe('saved later');
    await proxy.cut();
    const away = () => running.output().stderr.split('sti dev goes on when that is over').length - 1;
    await expect.poll(away, { timeout: 30_000 }).toBe(2);
    await proxy.mend();
    await served(4);
    expect(await end()).toEqual([]);
  });

  it('builds anew when the builder image gets another content', async () => {
    const builder = await builderName(saying('old'));
    const { running, text, served, end } = await serve({ files: { 'index.html': 'one' }, builder });
    expect(await text('greeting')).toBe('old');
    await nameBuilder(builder, saying('new'));
    await running.printed('the builder image changed');
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
    const { running, served, end } = await serve({ files: { 'index.html': 'one' }, builder, onExposedPorts: true });
    expect(running.output().stderr).toContain(`http://localhost:${first} · build 1`);
    await nameBuilder(builder, onPort(second));
    await running.printed('the builder image has other ports');
    await served(2);
    expect(await (await fetch(`http://127.0.0.1:${second}/`)).text()).toBe('one');
    await expect(fetch(`http://127.0.0.1:${first}/`)).rejects.toThrow();
    expect(await end()).toEqual([]);
  });

  it('warns when the builder image is gone, and still serves each save', async () => {
    const builder = await builderName(saying('old'));
    const { running, source, text, served, end } = await serve({ files: { 'index.html': 'one' }, builder });
    await removeImage(builder);
    await running.printed(`${builder} is gone`);
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
    await running.printed('is build 4');
    expect(running.output().stderr).not.toMatch(/^failed /m);
    expect(await end()).toEqual([]);
  });

  it.each([
    ['in place', fragileSite],
    ['of an image', imageFirstSite],
  ])('removes the images that it replaced, when the application runs %s', async (_, builder) => {
    const { running, source, tag, served, end } = await serve({ files: { 'index.html': 'one' }, builder });
    await running.printed('is build 1');
    const first = (await inspectImage(tag))?.Id ?? '';
    writeFiles(source, { 'index.html': 'two' });
    await served(2);
    await running.printed('is build 2');
    await expect.poll(() => inspectImage(first), { timeout: 30_000 }).toBeUndefined();
    expect(await inspectImage(tag)).toBeDefined();
    expect(await end()).toEqual([]);
  });

  it('leaves them with --keep-images', async () => {
    const options = ['--keep-images'];
    const { running, source, tag } = await serve({ files: { 'index.html': 'one' }, options });
    await running.printed('is build 1');
    const first = (await inspectImage(tag))?.Id ?? '';
    onTestFinished(() => removeImage(first));
    writeFiles(source, { 'index.html': 'two' });
    await running.printed('is build 2');
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

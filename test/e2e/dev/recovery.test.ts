import { mkdirSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeBuilder } from '../../support/builders.ts';
import { eventOf, eventsOf } from '../../support/dev-events.ts';
import {
  type DevSite,
  type DevSiteOptions,
  fragileSite,
  imageFirstSite,
  startDevSite,
} from '../../support/dev-site.ts';
import { api, inspectImage, removeImage, testTag } from '../../support/engine.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

async function serve(options: DevSiteOptions): Promise<DevSite> {
  const site = await startDevSite(options);
  await site.served(1);
  return site;
}

describe('sti dev goes on', () => {
  it('after a first build that failed: the next save is served', async () => {
    const { source, text, served, failed, end } = await startDevSite({ files: { 'index.html': 'one', fail: '' } });
    expect(await failed(1)).toMatchObject({ code: 'assemble', serving: null, lastLines: ['this build is to fail'] });
    rmSync(`${source}/fail`);
    await served(2);
    expect(await text()).toBe('one');
    expect(await end()).toEqual([]);
  });

  it.each([
    ['in place', fragileSite],
    ['of an image', imageFirstSite],
  ])(
    'after a crash of an application that runs %s: tells its exit code and last lines, and the next save starts it',
    async (_, builder) => {
      const { running, source, text, served, end } = await serve({ files: { 'index.html': 'one' }, builder });
      await text('cgi-bin/crash').catch(() => {});
      expect(await eventOf(running, 'app-exited')).toMatchObject({ exitCode: 7, lastLines: ['this is a crash'] });
      writeFiles(source, { 'index.html': 'two' });
      await served(2);
      expect(await text()).toBe('two');
      expect(await end()).toEqual([]);
    },
  );

  it.each([
    ['in place', fragileSite],
    ['of an image', imageFirstSite],
  ])(
    'with the old version, and with its tag, when an application that runs %s ends at once with 0',
    async (_, builder) => {
      const site = await serve({ files: { 'index.html': 'good' }, builder });
      const { running, source, tag, text, served, failed, tagged, end } = site;
      await tagged(1);
      const good = await inspectImage(tag);
      writeFiles(source, { leave: '', 'index.html': 'bad' });
      expect(await failed(2)).toMatchObject({ code: 'app', serving: 1, lastLines: ['nothing to do'] });
      expect(await text()).toBe('good');
      expect((await inspectImage(tag))?.Id).toBe(good?.Id);
      rmSync(`${source}/leave`);
      await served(3);
      expect(await text()).toBe('bad');
      expect(eventsOf(running, 'image-tagged', { cycle: 2 })).toEqual([]);
      expect(await end()).toEqual([]);
    },
  );

  it('with the builder image that it has while its name stands for none, also with other variables', async () => {
    const name = testTag('vanishing');
    await api.call('POST', `/images/${await makeBuilder(fragileSite)}/tag?repo=${name.replace(/:latest$/, '')}`);
    const { source, text, served, warned, end } = await serve({ files: { 'index.html': 'one' }, builder: name });
    await removeImage(name);
    await warned(new RegExp(name));
    writeFiles(source, { '.sti/environment': 'GREETING=hello\n' });
    await served(2);
    expect(await text('greeting')).toBe('hello');
    expect(await end()).toEqual([]);
  });

  it('when the source folder is removed and made anew', async () => {
    const { source, text, served, warned } = await serve({ files: { 'index.html': 'one', 'old.html': 'old' } });
    rmSync(source, { recursive: true });
    await warned(new RegExp(source));
    expect(await text()).toBe('one');
    mkdirSync(source);
    writeFiles(source, { 'index.html': 'two' });
    await served(2);
    await expect.poll(() => text(), { timeout: 100_000 }).toBe('two');
    await expect.poll(() => text('old.html'), { timeout: 100_000 }).toContain('404');
  });

  it('with another configuration when it is saved, and with the old one when that is malformed', async () => {
    const config = (greeting: string) => ({ '.sti/config.json': JSON.stringify({ env: { GREETING: greeting } }) });
    const { source, text, served, warned, end } = await serve({ files: { 'index.html': 'one', ...config('hello') } });
    expect(await text('greeting')).toBe('hello');
    writeFiles(source, config('good day'));
    await served(2);
    expect(await text('greeting')).toBe('good day');
    writeFiles(source, { '.sti/config.json': '{' });
    await warned(/\.sti\/config\.json/);
    await expect.poll(() => text('greeting'), { timeout: 100_000 }).toBe('good day');
    writeFiles(source, config('good evening'));
    await expect.poll(() => text('greeting'), { timeout: 100_000 }).toBe('good evening');
    expect(await end()).toEqual([]);
  });

  it('with another configuration when that is saved in a folder that is kept out of the image', async () => {
    const config = (greeting: string) => ({ '.sti/config.json': JSON.stringify({ env: { GREETING: greeting } }) });
    const files = { 'index.html': 'one', '.dockerignore': '.sti\n', ...config('hello') };
    const { source, text, end } = await serve({ files });
    writeFiles(source, config('good day'));
    await expect.poll(() => text('greeting'), { timeout: 100_000 }).toBe('good day');
    expect(await end()).toEqual([]);
  });

  it('with the application that runs, when a saved configuration names what is not there', async () => {
    const config = (values: object) => ({ '.sti/config.json': JSON.stringify(values) });
    const { running, source, text, served, warned, end } = await serve({
      files: { 'index.html': 'one', 'web/index.html': 'web', ...config({}) },
    });
    writeFiles(source, config({ contextDir: 'nowhere' }));
    await warned(/"nowhere"/);
    expect(await text()).toBe('one');
    expect(eventsOf(running, 'cycle-started', { changed: 0 })).toHaveLength(1);
    writeFiles(source, config({ contextDir: 'web' }));
    await expect.poll(() => text(), { timeout: 100_000 }).toBe('web');
    await served(3);
    expect(await end()).toEqual([]);
  });

  it.each([
    ['in place', fragileSite],
    ['of an image', imageFirstSite],
  ])(
    'with an application that runs %s, until one of the saved configuration is ready, also when that can not be built',
    async (_, builder) => {
      const config = (contextDir: string) => ({ '.sti/config.json': JSON.stringify({ contextDir }) });
      const pages = { 'one/index.html': 'one', 'two/index.html': 'two', 'broken/fail': '' };
      const { source, text, served, failed, end } = await serve({ files: { ...pages, ...config('one') }, builder });
      writeFiles(source, config('broken'));
      expect(await failed(2)).toMatchObject({ serving: 1 });
      expect(await text()).toBe('one');
      writeFiles(source, { 'broken/fail': 'again' });
      expect(await failed(3)).toMatchObject({ serving: 1 });
      expect(await text()).toBe('one');
      writeFiles(source, config('two'));
      await served(4);
      expect(await text()).toBe('two');
      expect(await end()).toEqual([]);
    },
  );

  it('without what ran for a configuration before, when it ends while the new one can not be built', async () => {
    const config = (contextDir: string) => ({ '.sti/config.json': JSON.stringify({ contextDir }) });
    const { running, source, text, failed, end } = await serve({
      files: { 'one/index.html': 'one', 'broken/fail': '', ...config('one') },
    });
    writeFiles(source, config('broken'));
    expect(await failed(2)).toMatchObject({ serving: 1 });
    await text('cgi-bin/crash').catch(() => {});
    expect(await eventOf(running, 'app-exited')).toMatchObject({ exitCode: 7, lastLines: ['this is a crash'] });
    writeFiles(source, { 'broken/fail': 'again' });
    expect(await failed(3)).toMatchObject({ code: 'assemble', serving: null });
    expect(await end()).toEqual([]);
  });

  it('with a configuration and an environment file as they are now, although they are outside of what is built', async () => {
    const config = (values: object) => ({ '.sti/config.json': JSON.stringify({ contextDir: 'web', ...values }) });
    const { source, text, end } = await serve({
      files: { 'web/index.html': 'web', variables: 'GREETING=hello', ...config({ envFile: 'variables' }) },
    });
    expect(await text('greeting')).toBe('hello');
    writeFiles(source, { variables: 'GREETING=good day' });
    await expect.poll(() => text('greeting'), { timeout: 100_000 }).toBe('good day');
    writeFiles(source, config({ env: { GREETING: 'good evening' } }));
    await expect.poll(() => text('greeting'), { timeout: 100_000 }).toBe('good evening');
    expect(await end()).toEqual([]);
  });

  it('at another address when the user configures one, and at the old one while it can not listen there', async () => {
    const own = tempFolder();
    const configure = (host: string) => writeFiles(own, { 'sti/config.json': JSON.stringify({ host }) });
    configure('127.0.0.1');
    const { served, warned, end } = await serve({ files: { 'index.html': 'one' }, env: { XDG_CONFIG_HOME: own } });
    configure('192.0.2.1');
    await warned(/192\.0\.2\.1/);
    expect(await served(2)).toMatchObject({ urls: [expect.stringContaining('//localhost:')] });
    configure('127.0.0.2');
    expect(await served(3)).toMatchObject({ urls: [expect.stringContaining('//127.0.0.2:')] });
    expect(await end()).toEqual([]);
  });
});

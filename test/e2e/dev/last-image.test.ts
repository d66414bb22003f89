import { describe, expect, it, onTestFinished } from 'vitest';
import { makeBuilder } from '../../support/builders.ts';
import { eventOf, eventsOf } from '../../support/dev-events.ts';
import { fragileSite, startDevSite } from '../../support/dev-site.ts';
import { api, inspectImage, removeImage, runContainer, testTag } from '../../support/engine.ts';
import { homeFor, startSti } from '../../support/sti.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

/** A build, and so an image, takes as long as the source says: not for so long that the image would be made first. */
const slowSite = {
  ...fragileSite,
  scripts: { ...fragileSite.scripts, assemble: `${fragileSite.scripts.assemble}sleep "$(cat /tmp/src/seconds)"\n` },
};
const late = ['--quiet-time', '1h'];

async function pageOf(tag: string): Promise<string> {
  return (await runContainer({ image: tag, command: ['cat', '/www/index.html'] })).stdout;
}

/** Images of this source that have no name. */
async function untagged(source: string): Promise<string[]> {
  const label = `io.openshift.s2i.build.source-location=${source}`;
  const filters = new URLSearchParams({ filters: JSON.stringify({ dangling: ['true'], label: [label] }) });
  return (await api.json<{ Id: string }[]>('GET', `/images/json?${filters}`)).map(({ Id }) => Id);
}

describe('Ctrl-C', () => {
  it('leaves the tag at the last good state, also before it was quiet for long enough', async () => {
    const { running, source, tag, served, tagged, end } = await startDevSite({
      files: { 'index.html': 'one' },
      options: late,
    });
    await served(1);
    expect(await inspectImage(tag)).toBeUndefined();
    writeFiles(source, { 'index.html': 'two' });
    await served(2);
    expect(await end()).toEqual([]);
    expect(await pageOf(tag)).toBe('two');
    await tagged(2);
    expect(eventsOf(running, 'dev-ending')).toMatchObject([{ image: 2 }]);
    expect(eventsOf(running, 'dev-finished')).toMatchObject([{ summary: { tag, taggedCycle: 2, lastGoodCycle: 2 } }]);
  });

  it('a second time does not wait for that image', async () => {
    const { running, source, tag, served, tagged } = await startDevSite({
      files: { 'index.html': 'one', seconds: '0' },
      builder: slowSite,
    });
    await tagged(1);
    const first = await inspectImage(tag);
    writeFiles(source, { seconds: '1' });
    await served(2);
    running.kill('SIGINT');
    await eventOf(running, 'dev-ending', { image: 2 });
    running.kill('SIGINT');
    expect(await running.ended).toMatchObject({ signal: 'SIGINT' });
    expect((await inspectImage(tag))?.Id).toBe(first?.Id);
    await expect.poll(() => untagged(source), { timeout: 60_000 }).toEqual([]);
  });

  it('leaves the tag alone when a save has made the last good state another one', async () => {
    const site = await startDevSite({ files: { 'index.html': 'one' }, options: late });
    const { running, source, tag, served, failed, end } = site;
    await served(1);
    writeFiles(source, { 'index.html': 'two', fail: '' });
    expect(await failed(2)).toMatchObject({ serving: 1 });
    expect(await end()).toEqual([]);
    expect(await inspectImage(tag)).toBeUndefined();
    expect(eventsOf(running, 'dev-finished')).toMatchObject([{ summary: { tag, taggedCycle: null } }]);
  });
});

describe('images of sessions on one tag', () => {
  async function sessionsOf(source: string, tag: string) {
    const builder = await makeBuilder(fragileSite);
    const home = homeFor();
    onTestFinished(() => removeImage(tag));
    return (port: number, more: readonly string[] = []) => {
      const args = [
        'dev',
        source,
        builder,
        tag,
        '--port',
        `${port}:8080`,
        '--quiet-time',
        '100ms',
        '--progress',
        'json',
        ...more,
      ];
      const running = startSti(args, { home });
      onTestFinished(async () => {
        running.kill('SIGINT');
        await running.ended;
      });
      return running;
    };
  }
  const source = () => {
    const folder = tempFolder();
    writeFiles(folder, { 'index.html': 'one' });
    return folder;
  };

  it('do not stay when the next session takes the tag', async () => {
    const folder = source();
    const start = await sessionsOf(folder, testTag('after'));
    for (const port of [18_201, 18_202]) {
      const running = start(port);
      await eventOf(running, 'image-tagged', { cycle: 1 });
      running.kill('SIGINT');
      await running.ended;
    }
    expect(await untagged(folder)).toEqual([]);
  });

  it('do not stay when two move it in turn, and the second says that there is another', async () => {
    const folder = source();
    const tag = testTag('both');
    const start = await sessionsOf(folder, tag);
    const first = start(18_203);
    await eventOf(first, 'image-tagged', { cycle: 1 });
    const second = start(18_204);
    await eventOf(second, 'warning', { message: new RegExp(`\\b${first.pid}\\b.*${tag}`) });
    await eventOf(second, 'image-tagged', { cycle: 1 });
    writeFiles(folder, { 'index.html': 'two' });
    await Promise.all([first, second].map((running) => eventOf(running, 'image-tagged', { cycle: 2 })));
    for (const running of [first, second]) {
      running.kill('SIGINT');
      await running.ended;
    }
    expect(await untagged(folder)).toEqual([]);
    expect(await inspectImage(tag)).toBeDefined();
  });

  it('stay with --keep-images', async () => {
    const folder = source();
    const start = await sessionsOf(folder, testTag('kept'));
    for (const port of [18_205, 18_206]) {
      const running = start(port, ['--keep-images']);
      await eventOf(running, 'image-tagged', { cycle: 1 });
      running.kill('SIGINT');
      await running.ended;
    }
    const left = await untagged(folder);
    expect(left).toHaveLength(1);
    for (const id of left) await removeImage(id);
  });
});

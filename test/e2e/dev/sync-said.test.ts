import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checking,
  deployments,
  differenceToBuild,
  joining,
  labels,
  serve,
  slow,
  summaryOf,
} from '../../support/sync-site.ts';
import { writeFiles } from '../../support/temp.ts';

describe('a file that somebody says is only copied', () => {
  it('is served without assemble before anything was learned of it, and proven by the next image', async () => {
    const files = { 'index.html': 'one', 'parts/one.txt': 'one', '.sti/config.json': '' };
    files['.sti/config.json'] = JSON.stringify({ sync: [{ from: 'parts/**', to: '/opt/app-root/src/parts' }] });
    const site = await serve(slow, files);
    await site.save(2, { 'index.html': 'two' });
    await site.event('learned', 2);
    expect(await site.save(3, { 'parts/one.txt': 'two' })).toMatchObject({
      path: 'sync',
      why: expect.stringContaining('*.txt under parts/'),
    });
    await site.event('proven', 3);
    expect(await site.save(4, { 'parts/two.txt': 'new' })).toMatchObject({ path: 'sync' });
    expect(await site.text('parts/two.txt')).toBe('new');
    await site.event('proven', 4);
    for (const path of ['parts/one.txt', './parts/one.txt', join(site.source, 'parts/one.txt')])
      expect(await site.explain(path)).toContain('*.txt under parts/');
    expect(await site.explain('../one.txt')).toBe('');
    await site.event('image-compared', 4);
    expect(await differenceToBuild(site.tag, site.source, slow)).toEqual({ added: [], changed: [], removed: [] });
  });

  it('is corrected where that is not so, and assembled from then on', async () => {
    const files = { 'index.html': 'one', 'parts/one.txt': 'one', 'parts/also.txt': 'and' };
    const site = await serve(joining, files, ['--sync', 'parts:/opt/app-root/src/parts']);
    await site.save(2, { 'index.html': 'two' });
    await site.event('learned', 2);
    expect(await site.save(3, { 'parts/one.txt': 'two' })).toMatchObject({ path: 'sync' });
    await site.event('unlearned', 3);
    await site.event('corrected', 3);
    expect(await site.text('joined')).toBe('andtwo');
    expect(await site.save(4, { 'parts/one.txt': 'three' })).toMatchObject({
      path: 'in place',
      assembled: expect.stringMatching(/\*\.txt under parts\/.*\/opt\/app-root\/src\/joined/),
    });
  });

  it('may be said by the builder, as far as its scripts say so as well', async () => {
    const builder = { ...slow, labels: { ...labels, 'com.redhat.deployments-dir': deployments } };
    const site = await serve(builder, { 'index.html': 'one', 'words.ts': 'one' });
    await site.save(2, { 'words.ts': 'two' });
    await site.event('learned', 2);
    expect(await site.save(3, { 'index.html': 'two' })).toMatchObject({
      path: 'sync',
      why: expect.stringMatching(/^\*\.html .*com\.redhat\.deployments-dir/),
    });
    await site.event('proven', 3);
  });
});

describe('a state that is served without assemble and then fails to assemble', () => {
  it('is told as a failed build, goes on being served, and is assembled with the next save', async () => {
    const site = await serve(checking, { 'index.html': 'one' });
    await site.save(2, { 'index.html': 'two' });
    await site.event('learned', 2);
    expect(await site.save(3, { 'index.html': 'wrong' })).toMatchObject({ path: 'sync' });
    const failed = await site.event('cycle-failed', 3);
    expect(failed).toMatchObject({
      code: 'assemble',
      serving: 3,
      lastLines: expect.arrayContaining(['this page is wrong']),
    });
    expect(await site.text()).toBe('wrong');

    writeFiles(site.source, { 'index.html': 'still wrong' });
    expect(await site.event('cycle-failed', 4)).toMatchObject({ code: 'assemble', serving: 3 });
    expect(await site.save(5, { 'index.html': 'right' })).toMatchObject({ path: 'in place' });
    await site.event('image-compared', 5);
    site.running.kill('SIGINT');
    await site.running.ended;
    expect(summaryOf(site.running.output().stdout)).toMatchObject({ failures: 2, taggedCycle: 5, lastGoodCycle: 5 });
  });
});

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectImage } from '../../support/engine.ts';
import { startEngineProxy } from '../../support/engine-proxy.ts';
import { testPort } from '../../support/ports.ts';
import { differenceToBuild, joining, restless, serve, slow } from '../../support/sync-site.ts';
import { writeFiles } from '../../support/temp.ts';

describe('a file that is only copied', () => {
  it('is served without assemble once two images have shown that it is, and proven by the next', async () => {
    const site = await serve(slow, { 'index.html': 'one', 'lib/words.js': 'one' });
    expect(await site.save(2, { 'index.html': 'two' })).toMatchObject({ path: 'in place' });
    expect(await site.event('learned', 2)).toMatchObject({ kinds: [{ what: '*.html', to: '/opt/app-root/src' }] });

    expect(await site.save(3, { 'index.html': 'three' })).toMatchObject({
      path: 'sync',
      why: expect.stringMatching(/^\*\.html .*build 2/),
    });
    expect(await site.text()).toBe('three');
    await site.event('proven', 3);

    expect(await site.save(4, { 'lib/words.js': 'two' })).toMatchObject({
      path: 'in place',
      assembled: expect.stringContaining('*.js under lib/'),
    });
    await site.event('learned', 4);
    const both = { 'index.html': `large ${'.'.repeat(60_000)}`, 'lib/words.js': 'three' };
    expect(await site.save(5, both)).toMatchObject({ path: 'sync' });
    expect(await site.text()).toBe(both['index.html']);
    expect(await site.text('lib/words.js')).toBe('three');
    expect(await site.save(6, { 'package.json': '{}', 'index.html': 'six' })).toMatchObject({
      path: 'in place',
      assembled: expect.stringContaining('package.json'),
    });
    await site.event('image-compared', 6);
    expect(await differenceToBuild(site.tag, site.source, slow)).toEqual({ added: [], changed: [], removed: [] });
    expect(await site.end()).toEqual([]);
  });

  it('is learned from an image that the next one has replaced before anybody looked at it', async () => {
    const seen: string[] = [];
    const proxy = await startEngineProxy('unix', {
      late: (request) => {
        if (!/^POST [^ ]*\/containers\/create\?name=sti-[^ ]*-layer-/.test(request)) return 0;
        seen.push(request);
        return seen.length === 1 ? 6_000 : 0;
      },
    });
    const site = await serve(slow, { 'index.html': 'one' }, [], { DOCKER_HOST: proxy.address });
    await site.save(2, { 'index.html': 'two' });
    await site.event('image-compared', 2);
    expect(await site.event('not-learned', 1)).toMatchObject({ kinds: [] });
    expect(await site.event('learned', 2)).toMatchObject({ kinds: [{ what: '*.html', to: '/opt/app-root/src' }] });
    expect(await site.end()).toEqual([]);
  });

  it('may be added and removed where that was seen before', async () => {
    const site = await serve(slow, { 'index.html': 'one', 'pages/one.html': '1' });
    await site.save(2, { 'pages/two.html': '2' });
    await site.event('learned', 2);
    expect(await site.save(3, { 'pages/three.html': '3' })).toMatchObject({ path: 'sync' });
    expect(await site.text('pages/three.html')).toBe('3');
    await site.event('proven', 3);

    rmSync(join(site.source, 'pages/one.html'));
    expect(await site.event('cycle-served', 4)).toMatchObject({ path: 'in place' });
    await site.event('learned', 4);
    rmSync(join(site.source, 'pages/two.html'));
    expect(await site.event('cycle-served', 5)).toMatchObject({ path: 'sync' });
    expect(await site.text('pages/two.html')).toContain('404');
    await site.event('proven', 5);
  });

  it('is assembled with --no-sync', async () => {
    const site = await serve(slow, { 'index.html': 'one' }, ['--no-sync']);
    await site.save(2, { 'index.html': 'two' });
    await site.event('image-compared', 2);
    const served = await site.save(3, { 'index.html': 'three' });
    expect(served).toMatchObject({ path: 'in place' });
    expect(served).not.toHaveProperty('assembled');
  });
});

describe('an application that takes up changes by itself', () => {
  it('runs in the mode for that of its builder, and goes on running', async () => {
    const site = await serve(slow, { 'index.html': 'one', 'package.json': '{}' }, ['--reload']);
    const started = await site.text('seen');
    expect(started).toContain('DEV_MODE=true\n');
    await site.save(2, { 'index.html': 'two' });
    await site.event('learned', 2);
    const before = await site.text('seen');
    expect(await site.save(3, { 'index.html': 'three' })).toMatchObject({ path: 'reload' });
    expect(await site.text()).toBe('three');
    expect(await site.save(4, { 'index.html': 'four' })).toMatchObject({ path: 'reload' });
    expect(await site.text()).toBe('four');
    expect(await site.text('seen')).toBe(before);
    await site.event('proven', 4);
    expect(await site.save(5, { 'package.json': '{"a":1}' })).toMatchObject({ path: 'in place' });
    expect(JSON.stringify(await inspectImage(site.tag))).not.toContain('DEV_MODE=true');
    expect(await site.end()).toEqual([]);
  });
});

describe('an application that starts anew with changed files', () => {
  it('is served when it answers again, and started another way when it ends instead', async () => {
    const site = await serve(restless, { 'index.html': 'one' }, ['--reload']);
    await site.save(2, { 'index.html': 'two' });
    await site.event('learned', 2);
    expect(await site.save(3, { 'index.html': 'three' })).toMatchObject({ path: 'reload' });
    expect(await site.text()).toBe('three');
    await site.event('proven', 3);
    writeFiles(site.source, { 'index.html': 'die' });
    // Whether that is seen before or after it was told as served is a matter of the moment.
    await site.running.printed(/^\{"type":"cycle-served","at":\d+,"cycle":[45],.*"path":"(?:sync|in place)"/m);
    expect(await site.text()).toBe('die');
    expect(await site.end()).toEqual([]);
  });
});

describe('a variable for the loop only', () => {
  it('is there in whatever way a save is served, and in no image; a port for a debugger keeps nobody waiting', async () => {
    const debug = testPort();
    const options = ['--dev-env', 'LOOP=a b', '--dev-env', 'QUOTED="$x"', '--debug-port', `${debug}:9229`];
    const site = await serve(slow, { 'index.html': 'one' }, options);
    const served = () => [/^LOOP=.*$/m, /^QUOTED=.*$/m].map((one) => one.exec(seen)?.[0]).join(' ');
    let seen = await site.text('seen');
    expect(served()).toBe('LOOP=a b QUOTED="$x"');
    await site.save(2, { 'index.html': 'two' });
    await site.event('learned', 2);
    expect(await site.save(3, { 'index.html': 'three' })).toMatchObject({ path: 'sync' });
    seen = await site.text('seen');
    expect(served()).toBe('LOOP=a b QUOTED="$x"');
    expect(JSON.stringify(await inspectImage(site.tag))).not.toContain('LOOP');
    expect(await site.explain('index.html')).toContain(
      '*.html is only copied, to /opt/app-root/src/ (learned from build 2)',
    );
    expect(await site.explain('package.json')).toContain('package.json');
  });
});

describe('a file that assemble also compiles', () => {
  it('is not taken for one that is only copied', async () => {
    const site = await serve(joining, { 'parts/also.txt': 'and', 'parts/one.txt': 'one' });
    await site.save(2, { 'parts/one.txt': 'two' });
    await site.event('unlearned', 2);
    expect(await site.save(3, { 'parts/one.txt': 'three' })).toMatchObject({
      path: 'in place',
      assembled: '*.txt under parts/: assemble also changes /opt/app-root/src/joined',
    });
    expect(await site.text('joined')).toBe('andthree');
  });

  it('is corrected within one assemble where it looked like one that is only copied', async () => {
    const site = await serve(joining, { 'parts/one.txt': 'one', 'parts/also.html': 'no text' });
    await site.save(2, { 'parts/one.txt': 'two' });
    await site.event('learned', 2);
    // From here on assemble joins them.
    await site.save(3, { 'parts/also.txt': 'and' });
    await site.event('unlearned', 3);
    expect(await site.save(4, { 'parts/one.txt': 'three' })).toMatchObject({ path: 'sync' });
    expect(await site.event('unlearned', 4)).toMatchObject({
      kinds: ['*.txt under parts/'],
      why: 'assemble also changes /opt/app-root/src/joined',
    });
    await site.event('corrected', 4);
    expect(await site.text('joined')).toBe('andthree');
    expect(await site.save(5, { 'parts/one.txt': 'four' })).toMatchObject({ path: 'in place' });
    expect(await site.text('joined')).toBe('andfour');
    expect(await site.end()).toEqual([]);
  });
});

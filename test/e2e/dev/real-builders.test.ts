import { beforeAll, describe, expect, it, vi } from 'vitest';
import { buildWith, isIncremental, succeeded } from '../../support/app-build.ts';
import { startContainer } from '../../support/engine.ts';
import { getWhenReady } from '../../support/http-get.ts';
import { makeRealBuilder, type RealName, realBase, realBuilders, savesArtifacts } from '../../support/real-builders.ts';
import { serve } from '../../support/sync-site.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

let base = '';
beforeAll(async () => {
  base = await realBase();
});

// Installers are slow where much else goes on.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const names: readonly RealName[] = ['nodejs', 'python', 'ruby'];

describe.each(names)('a real %s builder', (name) => {
  const { files, page, manifest, reloads } = realBuilders[name];
  const paged = (text: string) => ({ [page]: files[page]?.replace('one', text) ?? '' });
  let builder = '';
  beforeAll(async () => {
    builder = await makeRealBuilder(name, base);
  });

  it('builds, incrementally too, an application that answers and stops when it is told to', async () => {
    const source = tempFolder();
    writeFiles(source, files);
    const { tag } = succeeded(await buildWith(builder, { source }));
    writeFiles(source, paged('two'));
    const again = succeeded(await buildWith(builder, { source, tag, args: ['--incremental'] }));
    expect(isIncremental(again)).toBe(savesArtifacts(name));
    const container = await startContainer({ image: tag, publish: 8080 });
    expect((await getWhenReady(container.url)).body.toString()).toBe('two');
    expect(await container.stop()).not.toBe(137);
  });

  it('serves what is only copied without assemble, and the rest with it', async () => {
    const site = await serve(builder, files);
    await site.save(2, paged('two'));
    await site.event('learned', 2);
    expect(await site.text()).toBe('two');
    expect(await site.save(3, paged('three'))).toMatchObject({ path: 'sync' });
    expect(await site.text()).toBe('three');
    await site.event('proven', 3);
    const rest = { [manifest]: `${files[manifest] ?? ''}\n`, ...paged('four') };
    expect(await site.save(4, rest)).toMatchObject({ path: 'in place', assembled: expect.stringContaining(manifest) });
    expect(await site.text()).toBe('four');
    expect(await site.end()).toEqual([]);
  });

  if (!reloads) return;

  it('takes up what is only copied by itself', async () => {
    const site = await serve(builder, files, ['--reload']);
    await site.save(2, paged('two'));
    await site.event('learned', 2);
    expect(await site.save(3, paged('three'))).toMatchObject({ path: 'reload' });
    await expect.poll(() => site.text(), { timeout: 20_000 }).toBe('three');
    await site.event('proven', 3);
    expect(await site.end()).toEqual([]);
  });
});

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeBuilder } from '../support/builders.ts';
import { removeImage, testTag } from '../support/engine.ts';
import { homeFor, sti } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';
import { makeCanary } from './canary.ts';

/** The files of the cache after two builds, the second of which took artifacts from it. */
async function makeUsedCache() {
  const source = tempFolder();
  writeFiles(source, { 'index.html': 'hello\n' });
  const home = homeFor();
  const tag = testTag('cache');
  const build = async () => sti(['build', source, await makeBuilder('root'), tag], { home });
  for (const _ of [1, 2]) expect(await build()).toMatchObject({ exitCode: 0 });
  const cache = join(home, '.cache/sti');
  const files = readdirSync(cache, { recursive: true, encoding: 'utf8' })
    .map((name) => join(cache, name))
    .filter((path) => statSync(path).isFile());
  return { build, cache, files, tag };
}

describe('a cache that somebody spoiled', () => {
  it.each<[string, (path: string) => void]>([
    ['cut short', (path) => truncateSync(path, Math.floor(statSync(path).size / 2))],
    ['emptied', (path) => truncateSync(path, 0)],
    ['overwritten', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size, 'x'))],
    ['unreadable', (path) => chmodSync(path, 0)],
    [
      'replaced by a pipe',
      (path) => {
        rmSync(path);
        spawnSync('mkfifo', [path]);
      },
    ],
    [
      'replaced by a folder',
      (path) => {
        rmSync(path);
        mkdirSync(join(path, 'deep'), { recursive: true });
      },
    ],
    [
      'replaced by a link to an endless device',
      (path) => {
        rmSync(path);
        symlinkSync('/dev/zero', path);
      },
    ],
  ])('by files %s is mended by the next build, which is as good as the first', async (_, spoil) => {
    const { build, files, tag } = await makeUsedCache();
    expect(files.length).toBeGreaterThan(2);
    for (const path of files) spoil(path);
    for (const __ of [1, 2]) expect(await build()).toMatchObject({ exitCode: 0 });
    await removeImage(tag);
  });

  it('by a link in its place is not used, and what the link leads to is left alone', async () => {
    const { build, cache, tag } = await makeUsedCache();
    const canary = makeCanary();
    rmSync(cache, { recursive: true });
    symlinkSync(canary.folder, cache);
    expect(await build()).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(cache) });
    expect(canary.disturbed()).toEqual([]);
    await removeImage(tag);
  });
});

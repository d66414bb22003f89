import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Cache, openCache } from '../../source/build/cache.ts';
import { tempFolder } from '../support/temp.ts';

const uid = process.getuid?.() ?? 0;

function makeCache(): { cache: Cache; folder: string; file: string; warnings: string[] } {
  const folder = join(tempFolder(), 'cache');
  const file = join(tempFolder(), 'finished');
  writeFileSync(file, 'content of the archive');
  const warnings: string[] = [];
  return { cache: openCache(folder, uid, (message) => warnings.push(message)), folder, file, warnings };
}

describe('the cache', () => {
  it('gives back what was written and moved in, to another sti too', async () => {
    const { cache, folder, file } = makeCache();
    await cache.write('images/a.json', '{"a":1}');
    await cache.store('artifacts/b.tar', () => createReadStream(file));
    for (const one of [cache, openCache(folder, uid)]) {
      expect(await one.read('images/a.json')).toBe('{"a":1}');
      expect(await one.find('artifacts/b.tar')).toBe(join(folder, 'artifacts/b.tar'));
    }
  });

  it('has no entry, and no file, of content that breaks off', async () => {
    const { cache, folder } = makeCache();
    const broken = async function* () {
      yield Buffer.from('the beginning');
      throw new Error('cut');
    };
    await cache.store('a', () => Readable.from(broken()));
    expect(await cache.find('a')).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is closed to other users, and leaves no half-written file', async () => {
    const { cache, folder, file } = makeCache();
    await cache.write('images/a.json', 'x');
    await cache.store('artifacts/b.tar', () => createReadStream(file));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    expect(names).toEqual([
      ...['artifacts', 'artifacts/b.tar', 'artifacts/b.tar.sha256'],
      ...['images', 'images/a.json', 'images/a.json.sha256'],
    ]);
    for (const name of names.filter((one) => one.includes('.'))) {
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
    }
  });

  it.each<[string, (path: string) => void]>([
    ['was cut short', (path) => truncateSync(path, 3)],
    ['was emptied', (path) => truncateSync(path, 0)],
    ['was overwritten', (path) => writeFileSync(path, 'x'.repeat(statSync(path).size))],
    ['has no digest', (path) => rmSync(`${path}.sha256`)],
    ['has an empty digest', (path) => truncateSync(`${path}.sha256`, 0)],
    [
      'is a folder now',
      (path) => {
        rmSync(path);
        mkdirSync(join(path, 'deep'), { recursive: true });
      },
    ],
    [
      'is a pipe now',
      (path) => {
        rmSync(path);
        spawnSync('mkfifo', [path]);
      },
    ],
    [
      'is a link now',
      (path) => {
        writeFileSync(`${path}.other`, 'content of the archive');
        rmSync(path);
        symlinkSync(`${path}.other`, path);
      },
    ],
    [
      'is a link to a device now',
      (path) => {
        rmSync(path);
        symlinkSync('/dev/zero', path);
      },
    ],
    ['is gone', (path) => rmSync(path)],
  ])('takes an entry that %s for none, and makes it anew', async (_, spoil) => {
    const { cache, folder, file } = makeCache();
    for (const name of ['text', 'file']) {
      await cache.store(name, () => createReadStream(file));
      spoil(join(folder, name));
      expect(await (name === 'text' ? cache.read(name) : cache.find(name))).toBeUndefined();
      await cache.store(name, () => createReadStream(file));
      expect(await cache.read(name)).toBe('content of the archive');
      expect(await cache.find(name)).toBe(join(folder, name));
    }
  });

  it.each<[string, RegExp, (folder: string) => void]>([
    [
      'others can write',
      /other users/,
      (folder) => {
        mkdirSync(folder);
        chmodSync(folder, 0o777);
      },
    ],
    ['is a link', /is a link/, (folder) => symlinkSync(tempFolder(), folder)],
    ['is a file', /can't be used/, (folder) => writeFileSync(folder, '')],
  ])('is not used where its folder %s, with one warning', async (_, warning, make) => {
    const { cache, folder, file, warnings } = makeCache();
    make(folder);
    await cache.write('a', 'x');
    await cache.store('b', () => createReadStream(file));
    expect([await cache.read('a'), await cache.find('b')]).toEqual([undefined, undefined]);
    expect(warnings).toEqual([expect.stringMatching(warning)]);
    expect(existsSync(file)).toBe(true);
  });

  it('is not used where its folder belongs to another user', async () => {
    const { folder } = makeCache();
    const warnings: string[] = [];
    const cache = openCache(folder, uid + 1, (message) => warnings.push(message));
    await cache.write('a', 'x');
    expect(await cache.read('a')).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('another user')]);
  });

  it('removes the least recently used entries, each with its digest', async () => {
    const { cache, folder, file } = makeCache();
    await cache.store('old', () => createReadStream(file));
    await cache.store('new', () => createReadStream(file));
    await cache.find('new');
    await cache.trim(statSync(file).size);
    expect(readdirSync(folder).sort()).toEqual(['new', 'new.sha256']);
  });
});

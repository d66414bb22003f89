import { existsSync, lstatSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { unpackTar } from '../../../source/tree/archive/tar.ts';
import { bytesOf, type TarEntry, tarOf } from '../../support/tar-of.ts';
import { folderWith, run, snapshot, temporaryFolder, writeFiles } from '../../support/tree.ts';

// Programs of the system and the disk decide how long this takes.
vi.setConfig({ testTimeout: 60_000 });

const unpack = async (...entries: TarEntry[]) => {
  const folder = temporaryFolder();
  const unpacked = await unpackTar(tarOf(...entries), folder, { code: 'artifacts' });
  return { folder, ...unpacked };
};

describe('unpackTar', () => {
  it('writes files, folders and links with modes and times', async () => {
    const { folder, files, bytes } = await unpack(
      { name: 'd', type: 'directory', mode: 0o2750, mtime: new Date(5000) },
      { name: 'd/f', content: 'hello', mode: 0o4755, mtime: new Date(7000) },
      { name: 'd/s', type: 'symlink', linkname: '../g', mtime: new Date(9000) },
      { name: 'g', type: 'link', linkname: 'd/f' },
    );
    expect([files, bytes]).toEqual([3, 10]);
    const described = ['d', 'd/f', 'd/s']
      .map((path) => lstatSync(join(folder, path)))
      .map((s) => [s.mode & 0o7777, s.mtimeMs]);
    expect(described).toEqual([
      [0o750, 5000],
      [0o755, 7000],
      [0o777, 9000],
    ]);
    expect(readFileSync(join(folder, 'd/s'), 'utf8')).toBe('hello');
    expect(statSync(join(folder, 'g')).ino).toBe(statSync(join(folder, 'd/f')).ino);
  });

  it('lets the owner read, change and enter everything', async () => {
    const { folder } = await unpack(
      { name: 'd', type: 'directory', mode: 0o555 },
      { name: 'd/f', content: '', mode: 0o044 },
    );
    expect([statSync(join(folder, 'd')).mode & 0o777, statSync(join(folder, 'd/f')).mode & 0o777]).toEqual([
      0o755, 0o644,
    ]);
  });

  it('makes the destination and folders that the archive does not list', async () => {
    const folder = join(temporaryFolder(), 'new/place');
    await unpackTar(tarOf({ name: './a/b/c', content: 'x' }), folder, { code: 'source' });
    expect(readFileSync(join(folder, 'a/b/c'), 'utf8')).toBe('x');
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o755);
  });

  it('reads what tar itself writes: long and foreign names, large files, old formats', async () => {
    const source = folderWith({
      [`${'long/'.repeat(30)}größe.txt`]: 'x',
      big: 'y'.repeat(3_000_000),
      empty: '',
      'dir/': '',
    });
    symlinkSync('big', join(source, 'link'));
    for (const format of ['gnu', 'pax', 'ustar']) {
      const archive = join(temporaryFolder(), 'a.tar');
      run(source, 'tar', `--format=${format}`, '-cf', archive, '.');
      const folder = temporaryFolder();
      await unpackTar(Readable.from([readFileSync(archive)]), folder, { code: 'source' });
      const { '.': _root, ...content } = snapshot(folder);
      const { '.': _sourceRoot, ...expected } = snapshot(source);
      expect(content).toEqual(expected);
    }
    const v7 = join(temporaryFolder(), 'v7.tar');
    run(folderWith({ f: 'old' }), 'tar', '--format=v7', '-cf', v7, 'f');
    expect(await unpackTar(Readable.from([readFileSync(v7)]), temporaryFolder(), { code: 'source' })).toEqual({
      files: 1,
      bytes: 3,
    });
  });

  it('takes zero padding after the end, and an archive of nothing else', async () => {
    const padded = Buffer.concat([await bytesOf(tarOf({ name: 'a', content: 'x' })), Buffer.alloc(10_240)]);
    expect(await unpackTar(Readable.from([padded]), temporaryFolder(), { code: 'artifacts' })).toEqual({
      files: 1,
      bytes: 1,
    });
    expect(await unpackTar(Readable.from([Buffer.alloc(10_240)]), temporaryFolder(), { code: 'artifacts' })).toEqual({
      files: 0,
      bytes: 0,
    });
  });

  it('lets a later entry replace a file or a link', async () => {
    const { folder } = await unpack(
      { name: 'a', content: 'old' },
      { name: 'a', type: 'symlink', linkname: 'b' },
      { name: 'b', content: 'b' },
      { name: 'a', content: 'new' },
    );
    expect([readFileSync(join(folder, 'a'), 'utf8'), readFileSync(join(folder, 'b'), 'utf8')]).toEqual(['new', 'b']);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    const endless = new Readable({ read() {} });
    endless.push((await bytesOf(tarOf({ name: 'a', content: 'x'.repeat(2000) }))).subarray(0, 1024));
    const unpacking = unpackTar(endless, temporaryFolder(), { code: 'source', signal: stop.signal });
    setImmediate(() => stop.abort(new Error('enough')));
    await expect(unpacking).rejects.toThrow('enough');
  });

  it.each([
    ['cut short', (tar: Buffer) => tar.subarray(0, 700)],
    ['changed', (tar: Buffer) => Buffer.concat([Buffer.from('zz'), tar.subarray(2)])],
    ['text', () => Buffer.from('no tar at all'.repeat(100))],
  ])('refuses an archive that is %s', async (_, spoil) => {
    const tar = spoil(await bytesOf(tarOf({ name: 'a', content: 'x'.repeat(1000) })));
    await expect(unpackTar(Readable.from([tar]), temporaryFolder(), { code: 'artifacts' })).rejects.toMatchObject({
      code: 'artifacts',
    });
  });

  it('reproduces any tree that another program packed', async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 60 })
      .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.string(), { maxKeys: 5, noNullPrototype: true }), async (files) => {
        const source = temporaryFolder();
        writeFiles(source, Object.fromEntries(Object.entries(files).map(([path, content]) => [`d/${path}`, content])));
        const archive = join(temporaryFolder(), 'a.tar');
        run(source, 'tar', '-cf', archive, '.');
        const folder = temporaryFolder();
        await unpackTar(Readable.from([readFileSync(archive)]), folder, { code: 'source' });
        expect(Object.keys(snapshot(folder))).toEqual(Object.keys(snapshot(source)));
        expect(existsSync(join(folder, 'd')) ? snapshot(join(folder, 'd')) : {}).toEqual(
          existsSync(join(source, 'd')) ? snapshot(join(source, 'd')) : {},
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('hard links to links', () => {
  it('become links with the same target, judged again at their own place', async () => {
    const { folder } = await unpack(
      { name: 'a/l', type: 'symlink', linkname: 'x' },
      { name: 'm', type: 'link', linkname: 'a/l' },
    );
    expect(readlinkSync(join(folder, 'm'))).toBe('x');
  });
});

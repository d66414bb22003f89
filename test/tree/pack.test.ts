import { chmodSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { unpackTar } from '../../source/tree/archive/tar.ts';
import { packTree } from '../../source/tree/pack.ts';
import { scanFolder } from '../../source/tree/scan.ts';
import { bytesOf, entriesOf } from '../support/tar-of.ts';
import { folderWith, run, snapshot, temporaryFolder } from '../support/tree.ts';

// Programs of the system and the disk decide how long this takes.
vi.setConfig({ testTimeout: 60_000 });

const owner = { uid: 1001, gid: 1002 };

async function treeOf(root: string) {
  return { root, entries: (await scanFolder(root)).entries, disposable: false };
}

function oddSource(): string {
  const root = folderWith({
    'd/run': '#!/bin/sh',
    'größe.txt': 'x',
    [`${'long/'.repeat(40)}f`]: 'y',
    big: 'z'.repeat(3_000_001),
    empty: '',
  });
  symlinkSync('../nowhere', join(root, 'd/link'));
  symlinkSync('t'.repeat(150), join(root, 'd/long-link'));
  chmodSync(join(root, 'd/run'), 0o755);
  utimesSync(join(root, 'd/run'), 1_600_000_000.7, 1_600_000_000.7);
  return root;
}

describe('packTree', () => {
  it('puts everything below the prefix, which is the first entry, with numeric owner and whole seconds', async () => {
    const root = folderWith({ 'd/f': 'hello' });
    utimesSync(join(root, 'd/f'), 1_600_000_000.7, 1_600_000_000.7);
    const entries = await entriesOf(packTree(await treeOf(root), { prefix: 'src/', owner }));
    expect(entries.map(({ name }) => name)).toEqual(['src/', 'src/d/', 'src/d/f']);
    expect(entries[2]).toMatchObject({
      type: 'file',
      size: 5,
      content: 'hello',
      mode: 0o644,
      mtime: new Date(1_600_000_000_000),
      ...owner,
    });
    expect(entries[0]).toMatchObject({ type: 'directory', mode: 0o755, ...owner });
  });

  it('has no entry for an empty prefix', async () => {
    const entries = await entriesOf(packTree(await treeOf(folderWith({ f: '' })), { prefix: '', owner }));
    expect(entries.map(({ name }) => name)).toEqual(['f']);
  });

  it('can be read by tar and by unpackTar: long and foreign names, large files, links', async () => {
    const root = oddSource();
    const { '.': _, ...expected } = snapshot(root);
    const mine = { uid: statSync(root).uid, gid: statSync(root).gid };
    const archive = await bytesOf(packTree(await treeOf(root), { prefix: 'src', owner: mine }));
    const byTar = temporaryFolder();
    writeFileSync(join(byTar, 'a.tar'), archive);
    run(byTar, 'tar', '-xpf', 'a.tar');
    const { '.': _root, ...unpacked } = snapshot(join(byTar, 'src'));
    expect(unpacked).toEqual(expected);
    const byUs = temporaryFolder();
    await unpackTar(packTree(await treeOf(root), { prefix: '', owner: mine }), byUs, { code: 'source' });
    const { '.': _again, ...again } = snapshot(byUs);
    expect(again).toEqual(expected);
  });

  it('keeps user ids that are too large for a plain header', async () => {
    const folder = temporaryFolder();
    const tar = await bytesOf(
      packTree(await treeOf(folderWith({ f: '' })), { prefix: 's', owner: { uid: 1_000_650_000, gid: 0 } }),
    );
    writeFileSync(join(folder, 'a.tar'), tar);
    expect(run(folder, 'tar', '--numeric-owner', '-tvf', 'a.tar')).toMatch(
      / 1000650000\/0 .* s\/\n.* 1000650000\/0 .* s\/f$/s,
    );
  });

  it('is read no faster than it is taken', async () => {
    const root = folderWith(
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, 'x'.repeat(900_000)])),
    );
    const tree = await treeOf(root);
    const tar = packTree(tree, { prefix: '', owner });
    tar.once('readable', () => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    rmSync(join(root, 'f9'));
    await expect(bytesOf(tar)).rejects.toMatchObject({ code: 'source', message: expect.stringContaining('f9') });
  });

  it.each([
    ['small', 'grows', 10, 20],
    ['small', 'shrinks', 20, 10],
    ['large', 'grows', 3_000_000, 3_500_000],
    ['large', 'shrinks', 3_500_000, 3_000_000],
  ])('refuses a %s file that %s, and names it', async (_size, _how, before, after) => {
    const root = folderWith({ f: '' });
    truncateSync(join(root, 'f'), before);
    const tree = await treeOf(root);
    truncateSync(join(root, 'f'), after);
    const packing = bytesOf(packTree(tree, { prefix: '', owner }));
    await expect(packing).rejects.toMatchObject({
      code: 'source',
      message: `${join(root, 'f')} changed while it was read: it had ${before} bytes`,
    });
  });

  it('follows no link that took the place of a file', async () => {
    for (const size of [10, 3_000_000]) {
      const root = folderWith({ f: '' });
      const other = join(folderWith({ other: '' }), 'other');
      truncateSync(join(root, 'f'), size);
      const tree = await treeOf(root);
      rmSync(join(root, 'f'));
      truncateSync(other, size);
      symlinkSync(other, join(root, 'f'));
      await expect(bytesOf(packTree(tree, { prefix: '', owner }))).rejects.toMatchObject({ code: 'source' });
    }
  });

  it('stops when told to', async () => {
    const tree = await treeOf(folderWith({ f: 'x' }));
    const tar = packTree(tree, { prefix: '', owner, signal: AbortSignal.abort(new Error('enough')) });
    await expect(bytesOf(tar)).rejects.toThrow('enough');
  });
});

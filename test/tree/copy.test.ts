import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { copyTree } from '../../source/tree/copy.ts';
import { scanFolder } from '../../source/tree/scan.ts';
import type { FileTree } from '../../source/tree/tree.ts';
import { asOrdinaryUser, folderWith, snapshot, temporaryFolder } from '../support/tree.ts';

// Programs of the system and the disk decide how long this takes.
vi.setConfig({ testTimeout: 60_000 });

/** Old times and odd modes, so that a copy that sets neither shows. */
function oddSource(): string {
  const root = folderWith({
    'd/run': '#!/bin/sh',
    'd/deep/f': 'x',
    big: 'y'.repeat(3_000_000),
    empty: '',
    secret: 'z',
  });
  symlinkSync('../../nowhere', join(root, 'd/link'));
  chmodSync(join(root, 'd/run'), 0o755);
  chmodSync(join(root, 'secret'), 0o606);
  chmodSync(join(root, 'd/deep'), 0o777);
  for (const path of ['d/run', 'big', 'd/deep', 'd', '.'])
    utimesSync(join(root, path), 1_600_000_000.7, 1_600_000_000.7);
  return root;
}

async function treeOf(root: string, disposable = false): Promise<FileTree> {
  return { root, entries: (await scanFolder(root)).entries, disposable };
}

const removed = (path: string) => rmSync(path);
const linkedElsewhere = (path: string) => {
  rmSync(path);
  symlinkSync('/etc/hostname', path);
};
const withoutRoot = ({ '.': _, ...others }: Record<string, string>) => others;

describe('copyTree', () => {
  it('brings a time before 1970 to 1970, as a tar has it, and never to now', async () => {
    const root = folderWith({ old: 'x', 'd/large': 'y'.repeat(2_000_000) });
    for (const path of ['old', 'd/large', 'd', '.']) utimesSync(join(root, path), '-86400', '-86400');
    const destination = temporaryFolder();
    await copyTree(await treeOf(root), destination);
    for (const path of ['old', 'd/large', 'd', '.']) expect(lstatSync(join(destination, path)).mtimeMs).toBe(0);
  });

  it('ends with its signal in the middle of a file, however large it says it is', async () => {
    const root = folderWith({ sparse: '' });
    truncateSync(join(root, 'sparse'), 2 ** 40);
    const destination = temporaryFolder();
    const stopped = new AbortController();
    const copied = copyTree(await treeOf(root), destination, { signal: stopped.signal });
    await vi.waitUntil(() => existsSync(join(destination, 'sparse')));
    stopped.abort(new Error('stopped'));
    await expect(copied).rejects.toThrow('stopped');
  });

  it('copies contents, modes, times and links, whatever the umask, and leaves the source alone', async () => {
    const root = oddSource();
    const before = snapshot(root);
    const destination = join(temporaryFolder(), 'new/src');
    await copyTree(await treeOf(root), destination);
    expect(withoutRoot(snapshot(destination))).toEqual(withoutRoot(before));
    expect(snapshot(root)).toEqual(before);
  });

  it('gives whole seconds and a root that anyone may enter', async () => {
    const destination = temporaryFolder();
    await copyTree(await treeOf(oddSource()), destination);
    const times = ['.', 'd', 'd/run', 'd/deep', 'big'].map((path) => lstatSync(join(destination, path)).mtimeMs);
    expect(new Set(times)).toEqual(new Set([1_600_000_000_000]));
    expect(lstatSync(destination).mode & 0o777).toBe(0o755);
  });

  it('copies only what the tree lists', async () => {
    const root = folderWith({ a: '1', b: '2' });
    const tree = await treeOf(root);
    const destination = temporaryFolder();
    await copyTree({ ...tree, entries: tree.entries.filter((entry) => entry.path === 'a') }, destination);
    expect([existsSync(join(destination, 'a')), existsSync(join(destination, 'b'))]).toEqual([true, false]);
  });

  it('moves the files of a disposable tree, with the same result', async () => {
    const root = oddSource();
    const before = snapshot(root);
    const inode = lstatSync(join(root, 'big')).ino;
    const destination = temporaryFolder();
    await copyTree(await treeOf(root, true), destination);
    expect(withoutRoot(snapshot(destination))).toEqual(withoutRoot(before));
    expect(lstatSync(join(destination, 'big')).ino).toBe(inode);
  });

  it.runIf(existsSync('/dev/shm'))('copies a disposable tree that lies on another filesystem', async () => {
    const root = oddSource();
    const destination = `/dev/shm/sti-origin-test-${process.pid}`;
    try {
      const tree = await treeOf(root, true);
      await copyTree(tree, destination);
      expect(readFileSync(join(destination, 'd/deep/f'), 'utf8')).toBe('x');
      expect(Object.keys(snapshot(destination))).toHaveLength(tree.entries.length + 1);
    } finally {
      rmSync(destination, { recursive: true, force: true });
    }
  });

  it.runIf(process.getuid?.() === 0)(
    'gives everything, the root and links included, to the owner it is told',
    async () => {
      for (const disposable of [false, true]) {
        const destination = temporaryFolder();
        await copyTree(await treeOf(oddSource(), disposable), destination, { owner: { uid: 1001, gid: 1002 } });
        const owners = Object.keys(snapshot(destination)).map((path) => lstatSync(join(destination, path)));
        expect(new Set(owners.map(({ uid, gid }) => `${uid}:${gid}`))).toEqual(new Set(['1001:1002']));
      }
    },
  );

  it('copies a small file that has grown beyond its size since the scan', async () => {
    const root = folderWith({ f: 'small' });
    const tree = await treeOf(root);
    writeFileSync(join(root, 'f'), 'x'.repeat(2_000_000));
    const destination = temporaryFolder();
    await copyTree(tree, destination);
    expect(lstatSync(join(destination, 'f')).size).toBe(2_000_000);
  });

  it('names a file that is gone or became a link since the scan, as a fault of the source', async () => {
    for (const change of [removed, linkedElsewhere]) {
      const root = folderWith({ f: 'x' });
      const tree = await treeOf(root);
      change(join(root, 'f'));
      const copying = copyTree(tree, temporaryFolder());
      await expect(copying).rejects.toMatchObject({
        code: 'source',
        message: expect.stringContaining(join(root, 'f')),
      });
    }
  });

  it('blames the temporary folder when that cannot be written', async () => {
    const root = folderWith({ f: 'x' });
    chmodSync(root, 0o755);
    const tree = await treeOf(root);
    const destination = temporaryFolder();
    mkdirSync(join(destination, 'f'));
    await expect(copyTree(tree, destination)).rejects.toMatchObject({ code: 'workspace' });
    const closed = temporaryFolder();
    await expect(asOrdinaryUser(closed, () => copyTree(tree, join(closed, 'new')))).rejects.toMatchObject({
      code: 'workspace',
    });
  });

  it('stops when told to', async () => {
    const root = folderWith(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, 'x'])));
    const tree = await treeOf(root);
    const stop = new AbortController();
    const destination = temporaryFolder();
    const copying = copyTree(tree, destination, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(copying).rejects.toThrow('enough');
  });
});

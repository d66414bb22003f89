import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyTree } from '../../source/tree/copy.ts';
import { scanFolder } from '../../source/tree/scan.ts';
import { syncTree, treeDelta } from '../../source/tree/sync.ts';
import type { FileTree, TreeEntry } from '../../source/tree/tree.ts';
import { asOrdinaryUser, temporaryFolder } from '../support/tree.ts';

const file = (path: string, size: number, mtimeMs = 0): TreeEntry => ({
  type: 'file',
  path,
  mode: 0o644,
  mtimeMs,
  size,
});
const folder = (path: string): TreeEntry => ({ type: 'directory', path, mode: 0o755, mtimeMs: 0 });

describe('treeDelta', () => {
  it('brings what is new or changed and removes what is gone', () => {
    const before = [file('a', 1), file('b', 1), file('c', 1)];
    const after = [file('a', 1), file('b', 2), file('d', 1)];
    expect(treeDelta(before, after)).toEqual({ bring: [file('b', 2), file('d', 1)], remove: ['c'] });
  });

  it('removes a folder as a whole', () => {
    expect(treeDelta([folder('x'), file('x/y', 1), folder('x/z'), file('x/z/w', 1)], []).remove).toEqual(['x']);
  });

  it('replaces a file by a folder of the same name', () => {
    const after = [folder('a'), file('a/b', 1)];
    expect(treeDelta([file('a', 1)], after)).toEqual({ bring: after, remove: ['a'] });
  });
});

/** Path → content, or a link's target behind `→`; a path may not lie below another one. */
const state = fc
  .dictionary(fc.constantFrom('a', 'b', 'd/a', 'd/b', 'd/e/f', 'g/h'), fc.constantFrom('one', 'two', 'three', '→one'))
  .map((files) => files);

async function write(root: string, files: Readonly<Record<string, string>>): Promise<FileTree> {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (content.startsWith('→')) symlinkSync(content.slice(1), join(root, path));
    else writeFileSync(join(root, path), content);
  }
  return { root, entries: (await scanFolder(root)).entries, disposable: false };
}

async function copied(files: Readonly<Record<string, string>>): Promise<[FileTree, string]> {
  const top = temporaryFolder();
  const source = await write(join(top, 'source'), files);
  await copyTree(source, join(top, 'copy'));
  return [source, join(top, 'copy')];
}

/** A file's time is part of what it is; a link is its target, whenever it was made. */
const shape = async (root: string) =>
  (await scanFolder(root)).entries.map((entry) => ({
    ...entry,
    mtimeMs: entry.type === 'file' ? Math.floor(entry.mtimeMs / 1000) : 0,
  }));

describe('syncTree', () => {
  it('writes over a file of the copy in its place, longer or shorter, with the new mode', async () => {
    const [source, copy] = await copied({ longer: 'one', shorter: 'three', mode: 'same' });
    const inodes = () => ['longer', 'shorter', 'mode'].map((name) => statSync(join(copy, name)).ino);
    const before = inodes();
    for (const [name, content] of [
      ['longer', 'three'],
      ['shorter', 'one'],
      ['mode', 'same'],
    ] as const) {
      writeFileSync(join(source.root, name), content);
      utimesSync(join(source.root, name), 1, 1);
    }
    chmodSync(join(source.root, 'mode'), 0o755);
    await syncTree(source.entries, { ...source, entries: (await scanFolder(source.root)).entries }, copy);
    expect(await shape(copy)).toEqual(await shape(source.root));
    expect(readFileSync(join(copy, 'shorter'), 'utf8')).toBe('one');
    expect(inodes()).toEqual(before);
  });

  it.each([
    ['a link', (path: string) => symlinkSync('outside', path)],
    ['a name of another file', (path: string) => linkSync(join(dirname(path), 'outside'), path)],
    ['a file that may not be written', (path: string) => writeFileSync(path, 'old', { mode: 0o444 })],
  ])('writes through nothing that stands in the place of a file: %s', async (_, put) => {
    const [source, copy] = await copied({ file: 'one' });
    writeFileSync(join(copy, 'outside'), 'untouched');
    rmSync(join(copy, 'file'));
    put(join(copy, 'file'));
    writeFileSync(join(source.root, 'file'), 'three');
    await syncTree(source.entries, { ...source, entries: (await scanFolder(source.root)).entries }, copy);
    expect(readFileSync(join(copy, 'outside'), 'utf8')).toBe('untouched');
    expect(lstatSync(join(copy, 'file')).isFile()).toBe(true);
    expect(readFileSync(join(copy, 'file'), 'utf8')).toBe('three');
  });

  it('changes what is in folders that their owner may not change, and closes them again', async () => {
    const top = temporaryFolder();
    mkdirSync(join(top, 'theirs'));
    chmodSync(join(top, 'theirs'), 0o777);
    await asOrdinaryUser(top, async () => {
      const [root, copy] = [join(top, 'theirs/source'), join(top, 'theirs/copy')];
      const files = { 'closed/deep/a': 'one', 'closed/b': 'one', 'closed/deep/gone': '', 'gone/deep/c': '', d: '' };
      const close = (...folders: string[]) => folders.forEach((path) => void chmodSync(join(root, path), 0o555));
      const before = await write(root, files);
      close('closed/deep', 'closed', 'gone/deep', 'gone');
      chmodSync(join(root, 'closed/b'), 0o444);
      const closed = { ...before, entries: (await scanFolder(root)).entries };
      await copyTree(closed, copy);
      expect(await shape(copy)).toEqual(await shape(root));
      for (const path of ['closed', 'closed/deep', 'gone', 'gone/deep']) chmodSync(join(root, path), 0o755);
      writeFileSync(join(root, 'closed/deep/a'), 'three');
      writeFileSync(join(root, 'closed/deep/new'), '');
      for (const path of ['closed/deep/gone', 'gone', 'closed/b']) rmSync(join(root, path), { recursive: true });
      writeFileSync(join(root, 'closed/b'), 'x'.repeat(3_000_000), { mode: 0o444 });
      close('closed/deep', 'closed');
      await syncTree(closed.entries, { ...closed, entries: (await scanFolder(root)).entries }, copy);
      expect(await shape(copy)).toEqual(await shape(root));
      for (const path of ['closed', 'closed/deep']) {
        chmodSync(join(root, path), 0o755);
        chmodSync(join(copy, path), 0o755);
      }
    });
  });

  it('makes a copy of one state into a copy of any other', async () => {
    const top = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(state, state, async (first, second) => {
        const [source, copy] = [join(top, 'source'), join(top, 'copy')];
        rmSync(copy, { recursive: true, force: true });
        const before = await write(source, first);
        await copyTree(before, copy);
        const after = await write(source, second);
        await syncTree(before.entries, after, copy);
        expect(await shape(copy)).toEqual(await shape(source));
      }),
      { numRuns: 60 },
    );
  });
});

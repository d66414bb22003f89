import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyTree } from '../../source/tree/copy.ts';
import { filesystemTime, keepUntouched } from '../../source/tree/reuse.ts';
import { scanFolder } from '../../source/tree/scan.ts';
import { syncTree } from '../../source/tree/sync.ts';
import type { FileTree } from '../../source/tree/tree.ts';
import { temporaryFolder } from '../support/tree.ts';

const files = { a: 'one', 'd/b': 'two', 'd/e/c': 'three' };

/** Longer than a tick of the filesystem's clock, so that what comes later shows. */
const tick = 20;

async function usedCopy(content: Readonly<Record<string, string>> = files) {
  const root = join(temporaryFolder(), 'source');
  for (const [path, text] of Object.entries(content)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  symlinkSync('a', join(root, 'link'));
  const tree: FileTree = { root, entries: (await scanFolder(root)).entries, disposable: false };
  const folder = join(temporaryFolder(), 'copy');
  await copyTree(tree, folder);
  await sleep(tick);
  const { uid, gid } = statSync(folder);
  const copy = { folder, entries: tree.entries, owner: { uid, gid }, since: filesystemTime(`${folder}-now`) };
  return { tree, folder, copy, at: (path: string) => join(folder, path) };
}

const paths = (entries: readonly { path: string }[]) => entries.map(({ path }) => path);

describe('what is kept of a used copy', () => {
  it('is all of it when nobody touched it, in the order of the tree', async () => {
    const { tree, copy } = await usedCopy();
    expect(await keepUntouched(copy)).toEqual(tree.entries);
  });

  it.each<[string, (at: (path: string) => string) => void]>([
    ['written', (at) => writeFileSync(at('a'), 'ONE')],
    ['appended to', (at) => appendFileSync(at('a'), '!')],
    ['given another mode', (at) => chmodSync(at('a'), 0o755)],
    [
      'replaced',
      (at) => {
        rmSync(at('a'));
        writeFileSync(at('a'), 'one');
      },
    ],
    [
      'moved away and back',
      (at) => {
        renameSync(at('a'), at('x'));
        renameSync(at('x'), at('a'));
      },
    ],
    ['linked to', (at) => linkSync(at('a'), `${at('.')}-link`)],
    [
      'turned into a folder',
      (at) => {
        rmSync(at('a'));
        mkdirSync(at('a'));
      },
    ],
  ])('is not a file that was %s', async (_, touch) => {
    const { copy, at } = await usedCopy();
    touch(at);
    expect(paths(await keepUntouched(copy))).toEqual(['d', 'd/b', 'd/e', 'd/e/c', 'link']);
    expect(() => statSync(at('a'))).toThrow('ENOENT');
  });

  it('is not a file whose content was changed and its time set back', async () => {
    const { copy, at } = await usedCopy();
    const { atime, mtime } = statSync(at('a'));
    writeFileSync(at('a'), 'two');
    utimesSync(at('a'), atime, mtime);
    expect(paths(await keepUntouched(copy))).not.toContain('a');
  });

  it('is not what somebody added', async () => {
    const { tree, copy, at } = await usedCopy();
    writeFileSync(at('d/new'), '');
    mkdirSync(at('more/below'), { recursive: true });
    expect(await keepUntouched(copy)).toEqual(tree.entries);
    expect(() => statSync(at('d/new'))).toThrow('ENOENT');
    expect(() => statSync(at('more'))).toThrow('ENOENT');
  });

  it('is not a folder with another mode, nor what is in it', async () => {
    const { copy, at } = await usedCopy();
    chmodSync(at('d'), 0o700);
    expect(paths(await keepUntouched(copy))).toEqual(['a', 'link']);
  });

  it('is not a link that points elsewhere', async () => {
    const { copy, at } = await usedCopy();
    rmSync(at('link'));
    symlinkSync('d', at('link'));
    expect(paths(await keepUntouched(copy))).not.toContain('link');
  });

  it('is nothing for another owner', async () => {
    const { copy } = await usedCopy();
    expect(await keepUntouched({ ...copy, owner: { uid: 4711, gid: 4711 } })).toEqual([]);
  });

  it('makes the tree again together with a sync, whatever was done to the copy', async () => {
    const name = fc.constantFrom('a', 'd', 'd/b', 'd/e', 'd/e/c', 'link', 'new', 'd/new');
    const act = fc.constantFrom('write', 'remove', 'chmod', 'folder', 'move');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(act, name), { maxLength: 6 }), async (acts) => {
        const { tree, copy, folder, at } = await usedCopy();
        for (const [what, path] of acts) {
          try {
            if (what === 'write') writeFileSync(at(path), 'two');
            if (what === 'remove') rmSync(at(path), { recursive: true });
            if (what === 'chmod') chmodSync(at(path), 0o700);
            if (what === 'folder') mkdirSync(at(path));
            if (what === 'move') renameSync(at(path), at('moved'));
          } catch {
            // Not every act is possible after those before it.
          }
        }
        await syncTree(await keepUntouched(copy), tree, folder);
        const again = (await scanFolder(folder)).entries;
        expect(paths(again)).toEqual(paths(tree.entries));
        for (const [path, text] of Object.entries(files)) expect(readFileSync(at(path), 'utf8')).toBe(text);
        expect(again.map(({ mode }) => mode)).toEqual(tree.entries.map(({ mode }) => mode));
      }),
      { numRuns: 40 },
    );
  });
});

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openFolder } from '../../source/origin/folder.ts';
import { scanFolder } from '../../source/tree/scan.ts';
import { folderWith, paths, run } from '../support/tree.ts';

/** A folder with these files, whose names are bytes: one character each. */
function folderOf(names: readonly string[], files: Readonly<Record<string, string>> = {}): string {
  const folder = folderWith(files);
  for (const name of names) {
    const path = Buffer.from(`${folder}/${name}`, 'latin1');
    mkdirSync(path.subarray(0, path.lastIndexOf('/')), { recursive: true });
    writeFileSync(path, '');
  }
  return folder;
}

describe('names that are not UTF-8', () => {
  it.each([
    ['a file', 'caf\xe9', 'caf\\xe9'],
    ['a file further down', 'd/e/caf\xe9', 'd/e/caf\\xe9'],
    ['a folder', 'caf\xe9/f', 'caf\\xe9'],
    ['a part of a character', 'a\xc3', 'a\\xc3'],
    ['a surrogate', '\xed\xa0\x80', '\\xed\\xa0\\x80'],
  ])('are refused by name: %s', async (_, name, shown) => {
    await expect(scanFolder(folderOf([name, 'plain']))).rejects.toMatchObject({
      code: 'source',
      message: `the source has names that aren't UTF-8: ${shown}`,
    });
  });

  it('are refused in the targets of links', async () => {
    const folder = folderWith({ plain: '' });
    symlinkSync(Buffer.from('caf\xe9', 'latin1'), `${folder}/l`);
    await expect(scanFolder(folder)).rejects.toMatchObject({
      message: "the source has names that aren't UTF-8: the target of l",
    });
  });

  it('are told from names with a replacement character of their own', async () => {
    const folder = folderWith({ 'a\uFFFDb': '', 'd\uFFFD/f': '' });
    symlinkSync('\uFFFD', `${folder}/l`);
    expect(paths(await scanFolder(folder))).toEqual(['a\uFFFDb', 'd\uFFFD/', 'd\uFFFD/f', 'l']);
  });

  it.each([
    ['by a pattern with a star', ['caf\xe9.o'], '*.o\n'],
    ['with their folder', ['build/caf\xe9'], 'build/\n'],
    ['as a folder', ['caf\xe9/f'], 'caf*/\n'],
    ['by a pattern in the same bytes', ['caf\xe9'], 'caf\xe9\n'],
    ['below a folder that other files are taken of', ['d/caf\xe9'], 'd/*\n!d/keep\n'],
  ])('are no trouble when the ignore file leaves them out %s', async (_, names, patterns) => {
    const folder = folderOf([...names, 'd/keep']);
    writeFileSync(`${folder}/.stiignore`, patterns, 'latin1');
    const { tree } = await openFolder(folder, { workDir: folder });
    expect(paths(tree)).toEqual(expect.arrayContaining(['d/keep']));
  });

  it('are refused where an ignore file takes them back', async () => {
    const folder = folderOf(['caf\xe9/keep', 'caf\xe9/drop'], { '.dockerignore': '*\n!*/keep\n' });
    await expect(openFolder(folder, { workDir: folder })).rejects.toMatchObject({
      message: expect.stringContaining('caf\\xe9/keep'),
    });
  });

  it('are left out with a warning where pipes are', async () => {
    const folder = folderOf(['plain']);
    run(folder, 'sh', '-c', 'mkfifo "$(printf \'p\\351\')"');
    expect((await scanFolder(folder)).special).toEqual(['p\\xe9']);
  });

  it('are told of what is injected', async () => {
    await expect(scanFolder(folderOf(['caf\xe9']), { injected: true })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('--inject'),
    });
  });
});

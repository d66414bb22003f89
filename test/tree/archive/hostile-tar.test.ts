import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unpackTar } from '../../../source/tree/archive/tar.ts';
import { type TarEntry, tarOf } from '../../support/tar-of.ts';
import { temporaryFolder } from '../../support/tree.ts';

const limits = { entries: 3, bytes: 1000 };

describe('unpackTar, given a hostile archive', () => {
  it.each<[string, string, TarEntry[]]>([
    ['an absolute path', '/evil', [{ name: '/evil', content: 'x' }]],
    ['a path that leads out', '../evil', [{ name: '../evil', content: 'x' }]],
    ['a path that leads out half way', 'a/../../evil', [{ name: 'a/../../evil', content: 'x' }]],
    ['a folder that leads out', '../evil/', [{ name: '../evil/', type: 'directory' }]],
    ['a link to an absolute path', 'l', [{ name: 'l', type: 'symlink', linkname: '/etc/passwd' }]],
    ['a link that leads out', 'a/l', [{ name: 'a/l', type: 'symlink', linkname: '../../evil' }]],
    [
      'a link that leads out through another link',
      'm',
      [
        { name: 'x/y/top', type: 'symlink', linkname: '../..' },
        { name: 'm', type: 'symlink', linkname: 'x/y/top/..' },
      ],
    ],
    ['a hard link out', 'h', [{ name: 'h', type: 'link', linkname: '../evil' }]],
    ['a hard link to an absolute path', 'h', [{ name: 'h', type: 'link', linkname: '/etc/passwd' }]],
    ['a hard link to nothing', 'h', [{ name: 'h', type: 'link', linkname: 'missing' }]],
    [
      'a hard link to a folder',
      'h',
      [
        { name: 'd', type: 'directory' },
        { name: 'h', type: 'link', linkname: 'd' },
      ],
    ],
    [
      'a hard link through a link',
      'h',
      [
        { name: 'd/x', content: '' },
        { name: 'l', type: 'symlink', linkname: 'd' },
        { name: 'h', type: 'link', linkname: 'l/x' },
      ],
    ],
    [
      'a hard link that moves a link to where it leads out',
      'h',
      [
        { name: 'd/l', type: 'symlink', linkname: '../x' },
        { name: 'h', type: 'link', linkname: 'd/l' },
      ],
    ],
    [
      'a file written through an earlier link',
      'l/f',
      [
        { name: 'l', type: 'symlink', linkname: 'd' },
        { name: 'l/f', content: 'x' },
      ],
    ],
    [
      'a folder in the place of a link',
      'l',
      [
        { name: 'l', type: 'symlink', linkname: '.' },
        { name: 'l', type: 'directory' },
      ],
    ],
    [
      'a file in the place of a folder',
      'd',
      [
        { name: 'd', type: 'directory' },
        { name: 'd', content: 'x' },
      ],
    ],
    [
      'a link in the place of a folder',
      'd',
      [
        { name: 'd', type: 'directory' },
        { name: 'd', type: 'symlink', linkname: 'e' },
      ],
    ],
    [
      'a file below a file',
      'f/g',
      [
        { name: 'f', content: 'x' },
        { name: 'f/g', content: 'x' },
      ],
    ],
    ['a pipe', 'p', [{ name: 'p', type: 'fifo' }]],
    ['a character device', 'c', [{ name: 'c', type: 'character-device' }]],
    ['a block device', 'b', [{ name: 'b', type: 'block-device' }]],
    [
      'more bytes than allowed',
      'big',
      [
        { name: 'small', content: 'x' },
        { name: 'big', content: 'x'.repeat(1000) },
      ],
    ],
    [
      'hard links that multiply bytes',
      'h',
      [
        { name: 'f', content: 'x'.repeat(600) },
        { name: 'h', type: 'link', linkname: 'f' },
      ],
    ],
    ['more entries than allowed', '4', [1, 2, 3, 4].map((name) => ({ name: String(name), content: '' }))],
    ['a name that is too long for any filesystem', 'n'.repeat(300), [{ name: 'n'.repeat(300), content: 'x' }]],
  ])('refuses %s and names the entry', async (_, name, entries) => {
    const top = temporaryFolder();
    const folder = join(top, 'in');
    mkdirSync(folder);
    for (const code of ['source', 'artifacts'] as const) {
      const unpacking = unpackTar(tarOf(...entries), join(folder, code), { code, limits });
      await expect(unpacking).rejects.toMatchObject({ code, message: expect.stringContaining(JSON.stringify(name)) });
    }
    expect(readdirSync(top)).toEqual(['in']);
  });
});

import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { unpackTar } from '../../../source/tree/archive/tar.ts';
import { endBlocks, rawEntry, rawHeader, rawPax } from '../../support/raw-tar.ts';
import { bytesOf, tarOf } from '../../support/tar-of.ts';
import { temporaryFolder } from '../../support/tree.ts';

/** Unpacks these bytes as they come, in one piece. */
async function unpack(...parts: readonly Buffer[]) {
  const folder = temporaryFolder();
  const unpacked = await unpackTar(Readable.from([Buffer.concat(parts)]), folder, { code: 'artifacts' });
  return { folder, ...unpacked };
}

const namesIn = (folder: string) => readdirSync(folder, 'latin1').sort();

describe('unpackTar', () => {
  it.each([
    ['text', Buffer.from('done\n')],
    ['much text', Buffer.from('done\n'.repeat(100_000))],
    ['another archive', rawEntry({ name: 'later' }, 'x')],
    ['zeros, then bytes', Buffer.concat([Buffer.alloc(10_240), Buffer.from([1, 2, 3])])],
  ])('ignores %s after the end blocks', async (_, after) => {
    const { folder, files } = await unpack(rawEntry({ name: 'a' }, 'x'), endBlocks, after);
    expect([files, namesIn(folder)]).toEqual([1, ['a']]);
  });

  it('ends at a lone zero block, as tar does', async () => {
    const { folder } = await unpack(rawEntry({ name: 'a' }), Buffer.alloc(512), rawEntry({ name: 'b' }));
    expect(namesIn(folder)).toEqual(['a']);
  });

  it('takes zeros in a file for what they are', async () => {
    const { files } = await unpack(rawEntry({ name: 'a' }, '\0'.repeat(2048)), rawEntry({ name: 'b' }), endBlocks);
    expect(files).toBe(2);
  });

  it('keeps the bytes of names and link targets, in every form that tars have for them', async () => {
    const long = `${'d/'.repeat(80)}caf\xe9`;
    const { folder } = await unpack(
      rawEntry({ name: 'caf\xe9' }, 'plain'),
      rawEntry({ name: 'caf\xe9', prefix: 'pre\xff' }, 'ustar'),
      rawEntry({ name: '././@LongLink', type: 'L', magic: 'ustar  \0' }, `${long}\0`),
      rawEntry({ name: 'x', magic: 'ustar  \0' }, 'gnu'),
      rawPax({ path: 'pax\xfe', hdrcharset: 'BINARY' }),
      rawEntry({ name: 'x' }, 'pax'),
      rawEntry({ name: 'link', type: '2', linkname: 'caf\xe9' }),
      rawEntry({ name: 'hard\xe8', type: '1', linkname: 'caf\xe9' }),
      endBlocks,
    );
    const read = (name: string) => readFileSync(Buffer.from(`${folder}/${name}`, 'latin1'), 'utf8');
    expect(namesIn(folder)).toEqual(['caf\xe9', 'd', 'hard\xe8', 'link', 'pax\xfe', 'pre\xff']);
    expect([read('caf\xe9'), read('pre\xff/caf\xe9'), read(long), read('pax\xfe'), read('hard\xe8')]).toEqual([
      'plain',
      'ustar',
      'gnu',
      'pax',
      'plain',
    ]);
    expect(readlinkSync(join(folder, 'link'), 'latin1')).toBe('caf\xe9');
  });

  it('reads the sizes that extended headers and base 256 give', async () => {
    const content = 'x'.repeat(1000);
    const { bytes } = await unpack(
      rawPax({ size: '1000' }),
      rawEntry({ name: 'a', size: '0' }, content),
      rawEntry({ name: 'b', size: '\x80\0\0\0\0\0\0\0\0\0\x03\xe8' }, content),
      endBlocks,
    );
    expect(bytes).toBe(2000);
  });

  it('passes over what says nothing about files: comments, attributes, the name of a volume', async () => {
    const { folder } = await unpack(
      rawPax({ comment: 'of a commit' }, 'g'),
      rawEntry({ name: 'label', type: 'V' }),
      rawPax({ 'SCHILY.xattr.user.a': 'b=c\nd', mtime: '1.5', path: '' }),
      rawEntry({ name: 'a' }),
      endBlocks,
    );
    expect(namesIn(folder)).toEqual(['a']);
  });

  it('takes a slash at the end of a name for a folder, and a size of what has no content for nothing', async () => {
    const { folder } = await unpack(
      rawEntry({ name: 'old/', type: '\0' }),
      rawHeader({ name: 'd/', type: '5', size: '1000' }),
      rawHeader({ name: 'l', type: '2', linkname: 'f', size: '1000' }),
      rawEntry({ name: 'f' }, 'x'),
      endBlocks,
    );
    expect(namesIn(folder)).toEqual(['d', 'f', 'l', 'old']);
    expect(statSync(join(folder, 'old')).isDirectory()).toBe(true);
  });

  it('gives the same whatever pieces an archive comes in', async () => {
    const tar = Buffer.concat([
      rawPax({ path: 'long' }),
      rawEntry({ name: 'x' }, 'content'),
      endBlocks,
      Buffer.from('end'),
    ]);
    const folder = temporaryFolder();
    const single = Array.from(tar, (_, at) => tar.subarray(at, at + 1));
    expect(await unpackTar(Readable.from(single), folder, { code: 'source' })).toEqual({ files: 1, bytes: 7 });
    expect(readFileSync(join(folder, 'long'), 'utf8')).toBe('content');
  });

  it.each<[string, string, Buffer[]]>([
    ['a sparse file of GNU', '"s" is a sparse file', [rawEntry({ name: 's', type: 'S' }, 'x')]],
    [
      'a sparse file of format 0.0',
      '"s" is a sparse file',
      [rawPax({ 'GNU.sparse.size': '5', 'GNU.sparse.offset': '0' }), rawEntry({ name: 's' }, 'x')],
    ],
    [
      'a sparse file of format 0.1',
      '"real" is a sparse file',
      [rawPax({ 'GNU.sparse.name': 'real', 'GNU.sparse.map': '0,1' }), rawEntry({ name: 's' }, 'x')],
    ],
    [
      'a sparse file of format 1.0',
      '"real" is a sparse file',
      [rawPax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'real' }), rawEntry({ name: 'GNUSparseFile.0/real' }, 'x')],
    ],
    [
      'a sparse file of star',
      '"s" is a sparse file',
      [rawPax({ 'SCHILY.realsize': '9' }), rawEntry({ name: 's' }, 'x')],
    ],
    ['a piece of several volumes', '"m" is a piece', [rawEntry({ name: 'm', type: 'M' }, 'x')]],
    ['an incremental backup', '"d" belongs to an incremental backup', [rawEntry({ name: 'd', type: 'D' }, 'x')]],
    ['a kind that nobody knows', '"z" is of a kind', [rawEntry({ name: 'z', type: 'Z' }, 'x')]],
    ['a path for all', 'gives the same path to all', [rawPax({ path: 'one' }, 'g'), rawEntry({ name: 'a' })]],
    ['a size for all', 'gives the same size to all', [rawPax({ size: '1' }, 'g'), rawEntry({ name: 'a' })]],
    ['a target for all', 'gives the same linkpath', [rawPax({ linkpath: 'a' }, 'g'), rawEntry({ name: 'a' })]],
    ['a NUL in a name', '"a\\u0000b" has a NUL in its name', [rawPax({ path: 'a\0b' }), rawEntry({ name: 'x' })]],
    ['a NUL in a target', '"l" is a link to no', [rawPax({ linkpath: 'a\0b' }), rawEntry({ name: 'l', type: '2' })]],
    ['a file without a name', '"" has no name', [rawEntry({ name: '' }, 'x')]],
    ['a file named as the folder itself', '"./." has no name', [rawEntry({ name: './.' }, 'x')]],
    [
      'a link in the place of the folder itself',
      '"." has no name',
      [rawEntry({ name: '.', type: '2', linkname: 'a' })],
    ],
    ['a bad name that is no UTF-8', '"../caf\\xe9" leads out', [rawEntry({ name: '../caf\xe9' }, 'x')]],
    ['a negative size', '"a" has a size', [rawEntry({ name: 'a', size: '\xff'.repeat(12) }, 'x')]],
    [
      'a size that is too large for a number',
      '"a" has a size',
      [rawEntry({ name: 'a', size: `\x80${'\xff'.repeat(11)}` })],
    ],
    ['a size that is no number', '"a" has a size', [rawEntry({ name: 'a', size: 'zz' }, 'x')]],
    ['an extended size that is no number', '"a" has a size', [rawPax({ size: '-5' }), rawEntry({ name: 'a' }, 'x')]],
    [
      'an overlong extended header',
      'extended header of more',
      [rawHeader({ name: 'p', type: 'x', size: '7777777777' })],
    ],
    ['an overlong long name', 'extended header of more', [rawHeader({ name: 'p', type: 'L', size: '7777777777' })]],
    [
      'a damaged extended header',
      'damaged extended header',
      [rawEntry({ name: 'p', type: 'x' }, '99 path=a\n'), rawEntry({})],
    ],
    [
      'an extended header without records',
      'damaged extended header',
      [rawEntry({ name: 'p', type: 'x' }, 'path=a\n'), rawEntry({})],
    ],
    [
      'a name of more bytes than any path',
      'has a name of more than',
      [rawPax({ path: 'n/'.repeat(3000) }), rawEntry({})],
    ],
    ['very deep folders', 'folders deep', [rawPax({ path: `${'n/'.repeat(600)}f` }), rawEntry({})]],
    ['an extended header with nothing after it', 'ends in the middle', [rawPax({ path: 'a' }), endBlocks]],
  ])('refuses %s, and says what it is', async (_, message, parts) => {
    await expect(unpack(...parts, endBlocks)).rejects.toMatchObject({
      code: 'artifacts',
      message: expect.stringContaining(message),
    });
  });

  it('refuses an archive that is cut off anywhere but after an entry', async () => {
    const tar = await bytesOf(tarOf({ name: 'a', content: 'x'.repeat(600) }, { name: 'b', content: 'y' }));
    const whole = [1536, 2560, 3072, 3584];
    for (let length = 1; length < tar.length; length += 37) {
      const unpacking = unpack(tar.subarray(0, length));
      if (whole.includes(length) || length > 2560 + 512) await unpacking;
      else await expect(unpacking, `${length} bytes`).rejects.toMatchObject({ code: 'artifacts' });
    }
  });
});

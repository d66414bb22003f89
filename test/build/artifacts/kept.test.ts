import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepArchive } from '../../../source/build/artifacts/kept.ts';
import { StiError } from '../../../source/errors.ts';
import { unpackTar } from '../../../source/tree/archive/tar.ts';
import { copyTree } from '../../../source/tree/copy.ts';
import { packTree } from '../../../source/tree/pack.ts';
import { archiveParts } from '../../support/random-archives.ts';
import { endBlocks, rawEntry } from '../../support/raw-tar.ts';
import { type TarEntry, tarOf } from '../../support/tar-of.ts';
import { snapshot, temporaryFolder } from '../../support/tree.ts';

const code = 'artifacts';
const signal = AbortSignal.timeout(60_000);

function keep(archive: Readable) {
  return keepArchive(archive, join(temporaryFolder(), 'kept.tar'), signal);
}

/** What there is, without modes and times; or what is wrong. */
async function outcomeOf(make: (folder: string) => Promise<unknown>): Promise<unknown> {
  const folder = join(temporaryFolder(), 'out');
  mkdirSync(folder);
  try {
    await make(folder);
  } catch (error) {
    if (error instanceof StiError) return error.message;
    throw error;
  }
  return Object.entries(snapshot(folder)).map(([path, seen]) => [path, seen.replace(/^(\S)\S* \S+/, '$1')]);
}

describe('an archive that is kept', () => {
  it('has the files that unpacking it makes, or is refused for the same reason', async () => {
    await fc.assert(
      fc.asyncProperty(archiveParts, async (parts) => {
        const bytes = Buffer.concat([...parts.map((make) => make('/canary')), endBlocks]);
        const unpacked = await outcomeOf((folder) => unpackTar(Readable.from([bytes]), folder, { code }));
        const kept = await outcomeOf(async (folder) => copyTree(await keep(Readable.from([bytes])), folder));
        // Only what is written to a file system may have names that aren't text.
        if (!/\\xe9|isn't UTF-8/.test(JSON.stringify([unpacked, kept]))) expect(kept).toEqual(unpacked);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the modes of files and the times of everything', async () => {
    const tree = await keep(
      tarOf(
        { name: 'd', type: 'directory', mode: 0o555, mtime: new Date(5000) },
        { name: 'd/f', content: 'x', mode: 0o4444, mtime: new Date(7000) },
        { name: 'd/s', type: 'symlink', linkname: 'f', mtime: new Date(9000) },
      ),
    );
    expect(tree.entries.map(({ path, mode, mtimeMs }) => [path, mode, mtimeMs])).toEqual([
      ['d', 0o755, 5000],
      ['d/f', 0o444, 7000],
      ['d/s', 0o777, 9000],
    ]);
  });

  it('gives a hard link the content of the file that it is a link to', async () => {
    const folder = join(temporaryFolder(), 'out');
    const entries: TarEntry[] = [
      { name: 'a', content: 'first' },
      { name: 'b', type: 'link', linkname: './a' },
    ];
    await copyTree(await keep(tarOf(...entries)), folder);
    expect(Object.entries(snapshot(folder)).map(([path, seen]) => [path, seen.split(' ').at(-1)])).toEqual([
      ['.', '/'],
      ['a', 'first'],
      ['b', 'first'],
    ]);
  });

  it('is packed as what it was, small files and large ones', async () => {
    const large = 'large'.repeat(500_000);
    const tree = await keep(tarOf({ name: 'small', content: 'small' }, { name: 'large', content: large }));
    const again = await outcomeOf(async (folder) => {
      await unpackTar(packTree(tree, { prefix: 'to', owner: { uid: 0, gid: 0 } }), folder, { code });
    });
    expect(again).toEqual([
      ['.', expect.any(String)],
      ['to', expect.any(String)],
      ['to/large', expect.stringContaining(large)],
      ['to/small', expect.stringContaining('small')],
    ]);
  });

  it.each([
    ['a name that is not text', rawEntry({ name: 'caf\xe9' }, 'x'), 'UTF-8'],
    ['a name too long for a file', rawEntry({ name: 'n'.repeat(100), prefix: `${'p/'.repeat(5)}` }, 'x'), undefined],
  ])('with %s is told so', async (_, bytes, message) => {
    const outcome = keep(Readable.from([bytes, endBlocks]));
    if (message === undefined) await expect(outcome).resolves.toBeDefined();
    else await expect(outcome).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

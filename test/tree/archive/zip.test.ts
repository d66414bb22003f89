import {
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { unpackZip } from '../../../source/tree/archive/zip.ts';
import { folderWith, run, snapshot, temporaryFolder } from '../../support/tree.ts';

// Programs of the system and the disk decide how long this takes.
vi.setConfig({ testTimeout: 60_000 });

/** What Info-ZIP makes of a folder, optionally with its bytes changed afterwards. */
function zipOf(source: string, spoil?: (zip: Buffer) => void): string {
  const archive = join(temporaryFolder(), 'a.zip');
  run(source, 'zip', '--quiet', '--recurse-paths', '--symlinks', archive, '.');
  const bytes = readFileSync(archive);
  spoil?.(bytes);
  writeFileSync(archive, bytes);
  return archive;
}

function replaceAll(bytes: Buffer, from: string, to: string): void {
  for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at)) bytes.write(to, at, 'latin1');
}

const unpack = (archive: string, folder = temporaryFolder()) =>
  unpackZip(archive, folder, { code: 'source', limits: { entries: 10, bytes: 5_000_000 } });

describe('unpackZip', () => {
  it('reproduces what zip packed: modes, times, links, small, large, stored and empty files', async () => {
    const source = folderWith({
      'bin/run': '#!/bin/sh',
      big: 'line\n'.repeat(500_000),
      empty: '',
      'größe.txt': 'x',
      'd/': '',
    });
    run(source, 'chmod', '755', 'bin/run');
    symlinkSync('bin/run', join(source, 'link'));
    for (const path of ['bin/run', 'd']) utimesSync(join(source, path), 1_700_000_000, 1_700_000_000);
    const folder = temporaryFolder();
    expect(await unpack(zipOf(source), folder)).toEqual({ files: 5, bytes: 2_500_010 });
    const { '.': _root, ...content } = snapshot(folder);
    const { '.': _sourceRoot, ...expected } = snapshot(source);
    const withoutLinkTimes = ({ link, ...others }: Record<string, string>) => [link?.replace(/ \d+ 0 0 /, ' '), others];
    expect(withoutLinkTimes(content)).toEqual(withoutLinkTimes(expected));
  });

  it('reads an archive without Unix modes', async () => {
    const folder = temporaryFolder();
    const archive = zipOf(folderWith({ 'd/f': 'x' }), (zip) => {
      for (let at = zip.indexOf('PK\x01\x02'); at !== -1; at = zip.indexOf('PK\x01\x02', at + 1))
        zip.writeUInt32LE(0, at + 38);
    });
    await unpack(archive, folder);
    expect([statSync(join(folder, 'd')).mode & 0o777, statSync(join(folder, 'd/f')).mode & 0o777]).toEqual([
      0o755, 0o644,
    ]);
  });

  it('takes an empty archive', async () => {
    const archive = join(temporaryFolder(), 'a.zip');
    writeFileSync(archive, Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]));
    expect(await unpack(archive)).toEqual({ files: 0, bytes: 0 });
  });

  it('refuses paths that lead out', async () => {
    const source = folderWith({ 'aa/evil': 'x' });
    await expect(unpack(zipOf(source, (zip) => replaceAll(zip, 'aa/evil', '../evil')))).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('../evil'),
    });
    await expect(unpack(zipOf(source, (zip) => replaceAll(zip, 'aa/evil', '/a/evil')))).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('/a/evil'),
    });
  });

  it('refuses links that lead out', async () => {
    const source = folderWith({});
    symlinkSync('/etc/passwd', join(source, 'l'));
    await expect(unpack(zipOf(source))).rejects.toThrow('"l" is a link that leaves the folder');
  });

  it('refuses pipes and devices', async () => {
    const archive = zipOf(folderWith({ f: 'x' }), (zip) => zip.writeUInt16LE(0o010644, zip.indexOf('PK\x01\x02') + 40));
    await expect(unpack(archive)).rejects.toThrow('"f" is a device');
  });

  it('refuses encrypted files', async () => {
    const source = folderWith({ f: 'x' });
    run(source, 'zip', '--quiet', '--password', 'p', 'a.zip', 'f');
    await expect(unpack(join(source, 'a.zip'))).rejects.toThrow('"f" is encrypted');
  });

  it('refuses more than the limits, by count, by bytes, and by a size that is a lie', async () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`f${index}`, '']));
    await expect(unpack(zipOf(folderWith(many)))).rejects.toThrow('more than the 10 entries');
    await expect(unpack(zipOf(folderWith({ bomb: '0'.repeat(5_000_001) })))).rejects.toThrow('"bomb" makes more than');
    const liar = zipOf(folderWith({ f: '0'.repeat(9000) }), (zip) =>
      zip.writeUInt32LE(10, zip.indexOf('PK\x01\x02') + 24),
    );
    await expect(unpack(liar)).rejects.toMatchObject({ code: 'source', message: expect.stringContaining('"f"') });
  });

  it('refuses damaged content', async () => {
    const small = zipOf(folderWith({ f: 'hello' }), (zip) => replaceAll(zip, 'hello', 'jello'));
    await expect(unpack(small)).rejects.toThrow('"f" is damaged');
    const cut = zipOf(folderWith({ f: 'hello' }));
    truncateSync(cut, 50);
    await expect(unpack(cut)).rejects.toMatchObject({ code: 'source' });
  });

  it('stops when told to', async () => {
    const archive = zipOf(folderWith({ f: 'hello' }));
    await expect(
      unpackZip(archive, temporaryFolder(), { code: 'source', signal: AbortSignal.abort(new Error('enough')) }),
    ).rejects.toThrow('enough');
  });

  it('keeps the bytes of names, and of the targets of links', async () => {
    const source = folderWith({ 'name-XY': 'x' });
    symlinkSync('name-XY', join(source, 'link'));
    const folder = temporaryFolder();
    await unpack(
      zipOf(source, (zip) => replaceAll(zip, 'XY', '\xe9\xff')),
      folder,
    );
    expect(readdirSync(folder, 'latin1').sort()).toEqual(['link', 'name-\xe9\xff']);
    expect(readlinkSync(join(folder, 'link'), 'latin1')).toBe('name-\xe9\xff');
  });

  it('refuses entries that share their content, by name', async () => {
    const archive = zipOf(folderWith({ a: 'same content', b: 'same content' }), (zip) => {
      const entries = [...zip.toString('latin1').matchAll(/PK\x01\x02/g)].map(({ index }) => index);
      const [first = 0, second = 0] = entries.filter((at) => zip.readUInt16LE(at + 28) === 1);
      zip.writeUInt32LE(zip.readUInt32LE(first + 42), second + 42);
    });
    await expect(unpack(archive)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringMatching(/"[ab]" has its content inside that of another/),
    });
  });

  it('refuses an archive that is cut short inside, whatever its list of files says', async () => {
    const archive = zipOf(folderWith({ a: 'some content '.repeat(20) }), (zip) => {
      const at = zip.indexOf('PK\x01\x02');
      const own = zip.subarray(at).indexOf('PK\x01\x02', 1);
      const entry = zip.readUInt16LE(at + 28) === 1 || own === -1 ? at : at + own;
      zip.writeUInt32LE(zip.length - 10, entry + 42);
    });
    await expect(unpack(archive)).rejects.toMatchObject({ code: 'source' });
  });
});

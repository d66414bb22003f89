import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32, gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveFiles } from '../../support/http-server.ts';
import { failToBuild, lookInto } from '../../support/looking.ts';
import { tempFolder, tempFolderOfFile, writeFiles } from '../../support/temp.ts';

let archives: { tar: string; gzip: string; bzip2: string; xz: string; zip: string };

beforeAll(() => {
  const folder = tempFolderOfFile();
  writeFiles(folder, { 'app/page': 'page', 'app/deep/other': 'other' });
  const tar = (...flags: string[]) => execFileSync('tar', ['-C', folder, ...flags, 'app']);
  tar('-cf', join(folder, 'tar'));
  tar('-czf', join(folder, 'gzip'));
  tar('-cjf', join(folder, 'bzip2'));
  tar('-cJf', join(folder, 'xz'));
  writeFileSync(join(folder, 'zip'), zipOf({ 'app/page': 'page', 'app/deep/other': 'other' }));
  const path = (name: string) => join(folder, name);
  archives = { tar: path('tar'), gzip: path('gzip'), bzip2: path('bzip2'), xz: path('xz'), zip: path('zip') };
});

const inside = ['folder app', 'folder app/deep', 'file app/deep/other: other', 'file app/page: page'];

describe('an archive', () => {
  it.each([
    ['tar', 'app.tar'],
    ['gzip', 'app.tgz'],
    ['bzip2', 'app.tar.bz2'],
    ['xz', 'app.tar.xz'],
    ['zip', 'app.zip'],
    ['zip', 'really-a-zip.tar.gz'],
    ['gzip', 'really-a-tar-gz.zip'],
  ] as const)('is unpacked by what it is, %s, when it is called %s', async (kind, name) => {
    const folder = tempFolder();
    writeFileSync(join(folder, name), readFileSync(archives[kind]));
    expect((await lookInto(join(folder, name))).seen).toEqual(inside);
  });

  it('is taken from below --context-dir', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'app.tar'), readFileSync(archives.tar));
    const { seen } = await lookInto(join(folder, 'app.tar'), { args: ['--context-dir', 'app/deep'] });
    expect(seen).toEqual(['file other: other']);
  });

  it('is downloaded, and its URL’s password is not shown', async () => {
    const url = await serveFiles({ '/releases/app.tar.gz': readFileSync(archives.gzip) });
    const withPassword = `${url.replace('//', '//ada:open-sesame@')}/releases/app.tar.gz?token=abcdef123`;
    const { seen, stdout } = await lookInto(withPassword, { args: ['--verbose'] });
    expect(seen).toEqual(inside);
    expect(stdout).toContain('/releases/app.tar.gz');
    expect(stdout).not.toMatch(/open-sesame|abcdef123/);
  });

  it('is refused when it can’t be downloaded', async () => {
    const url = await serveFiles({ '/broken.zip': 500 });
    expect((await failToBuild(`${url}/gone.zip`, 20)).message).toMatch(/\/gone\.zip .*404/);
    expect((await failToBuild(`${url}/broken.zip`, 20)).message).toMatch(/\/broken\.zip .*500/);
  });

  it('is refused when it is none, or broken off', async () => {
    const folder = tempFolder();
    writeFiles(folder, {
      'text.tar.gz': 'not an archive',
      'short.tgz': readFileSync(archives.gzip).subarray(0, -20),
    });
    expect((await failToBuild(join(folder, 'text.tar.gz'), 20)).message).toContain('text.tar.gz');
    expect((await failToBuild(join(folder, 'short.tgz'), 20)).hint).toBeDefined();
  });
});

describe('a hostile archive', () => {
  it.each<[string, (Partial<Header> & Pick<Header, 'name'>)[]]>([
    ['../escaped', [{ name: '../escaped' }]],
    ['/tmp/sti-test-escaped', [{ name: '/tmp/sti-test-escaped' }]],
    ['out', [{ name: 'out', type: 'symlink', linkname: '../..' }, { name: 'out/escaped' }]],
    ['device', [{ name: 'device', type: 'character-device', devmajor: 1, devminor: 3 }]],
    ['hard', [{ name: 'hard', type: 'link', linkname: '../../../etc/passwd' }]],
  ])('is refused by the name of the entry: %s', async (entry, headers) => {
    const folder = tempFolder();
    const tar = pack();
    for (const header of headers) {
      if (header.type) tar.entry(header);
      else tar.entry(header, 'escaped');
    }
    tar.finalize();
    writeFileSync(join(folder, 'app.tar.gz'), gzipSync(await buffer(tar)));

    const { message } = await failToBuild(join(folder, 'app.tar.gz'), 20);

    expect(message).toContain(JSON.stringify(entry));
    expect(existsSync('/tmp/sti-test-escaped')).toBe(false);
  });

  it('is refused when it is a zip, too', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'app.zip'), zipOf({ fine: 'fine', '../escaped': 'escaped' }));
    const { message } = await failToBuild(join(folder, 'app.zip'), 20);
    expect(message).toContain('../escaped');
  });
});

/** A zip of these files, stored as they are. */
function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    // Version 2.0, no flags, stored, 1980-01-01, checksum, both sizes, length of the name, no extra field.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(text), 10);
    common.writeUInt32LE(text.length, 14);
    common.writeUInt32LE(text.length, 18);
    common.writeUInt16LE(name.length, 22);
    const entry = [Buffer.from('PK\x03\x04'), common, Buffer.from(name + text)];
    const end = Buffer.alloc(14);
    end.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, end, Buffer.from(name));
    local.push(...entry);
    offset += Buffer.concat(entry).length;
  }
  const directory = Buffer.concat(central);
  const record = Buffer.alloc(18);
  record.writeUInt16LE(Object.keys(files).length, 4);
  record.writeUInt16LE(Object.keys(files).length, 6);
  record.writeUInt32LE(directory.length, 8);
  record.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), record]);
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openArchive } from '../../source/origin/archive.ts';
import { sniff } from '../../source/tree/archive/sniff.ts';
import { folderWith, paths, run, temporaryFolder } from '../support/tree.ts';

// Programs of the system and the disk decide how long this takes.
vi.setConfig({ testTimeout: 60_000 });

const packers: Record<string, readonly string[]> = {
  '.tar': ['tar', '-cf'],
  '.tar.gz': ['tar', '-czf'],
  '.tgz': ['tar', '-czf'],
  '.tar.bz2': ['tar', '-cjf'],
  '.tar.xz': ['tar', '-cJf'],
  '.zip': ['zip', '-qr'],
};

function archiveOf(files: Readonly<Record<string, string>>, ending: string, packer = ending): string {
  const archive = join(temporaryFolder(), `app${ending}`);
  const [program = '', ...args] = packers[packer] ?? [];
  run(folderWith(files), program, ...args, archive, '.');
  return archive;
}

const open = (archive: string, options = {}) => openArchive(archive, { workDir: temporaryFolder(), ...options });

describe('openArchive', () => {
  it.each(Object.keys(packers))('unpacks %s', async (ending) => {
    const archive = archiveOf({ 'app/index.js': 'hello', 'app/b': '' }, ending);
    const opened = await open(archive);
    expect(paths(opened.tree)).toEqual(['app/', 'app/b', 'app/index.js']);
    expect(opened).toMatchObject({
      location: archive,
      fileCount: 2,
      bytes: 5,
      warnings: [],
      tree: { disposable: true },
    });
  });

  it('goes by content, not by name', async () => {
    expect(paths((await open(archiveOf({ f: '' }, '.zip', '.tar.gz'))).tree)).toEqual(['f']);
    expect(paths((await open(archiveOf({ f: '' }, '.tgz', '.tar'))).tree)).toEqual(['f']);
  });

  it('applies ignore rules and the context dir, and leaves .git out', async () => {
    const archive = archiveOf({ 'app/a.log': '', 'app/b': '', '.git/HEAD': '', '.stiignore': '*.log' }, '.tar.gz');
    expect(paths((await open(archive, { contextDir: 'app' })).tree)).toEqual(['b']);
    expect(paths((await open(archive)).tree)).toEqual(['.stiignore', 'app/', 'app/b']);
    await expect(open(archive, { contextDir: 'missing' })).rejects.toMatchObject({ code: 'context-dir' });
  });

  it('says so when a file has only the name of an archive', async () => {
    const text = join(folderWith({ 'app.zip': 'no archive' }), 'app.zip');
    await expect(open(text)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining(text),
    });
  });

  it.each([
    ['.tar.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3])],
    ['.tar.bz2', Buffer.from('BZh91AY&SY, and then nonsense')],
    ['.tar.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2])],
    ['.zip', Buffer.from('PK\x03\x04')],
  ])('refuses a damaged %s', async (ending, bytes) => {
    const archive = join(temporaryFolder(), `app${ending}`);
    writeFileSync(archive, bytes);
    await expect(open(archive)).rejects.toMatchObject({ code: 'source' });
  });

  it('says what to install when the program for bzip2 or xz is missing', async () => {
    const archives = [archiveOf({ f: '' }, '.tar.bz2'), archiveOf({ f: '' }, '.tar.xz')];
    vi.stubEnv('PATH', temporaryFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const archive of archives) {
      await expect(open(archive)).rejects.toMatchObject({
        code: 'source',
        message: expect.stringMatching(/(bzip2|xz) is not installed/),
        hint: expect.stringContaining('Install'),
      });
    }
  });

  it('stops when told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    for (const ending of Object.keys(packers)) {
      await expect(open(archiveOf({ f: 'x' }, ending), { signal })).rejects.toThrow('enough');
    }
  });
});

describe('sniff', () => {
  it('knows an empty tar by its zeros, and nothing in text, in a short file or in a folder of them', () => {
    expect(sniff(Buffer.alloc(512))).toBe('tar');
    expect(sniff(Buffer.alloc(511))).toBeUndefined();
    expect(sniff(Buffer.from('text'.repeat(200)))).toBeUndefined();
    expect(sniff(new Uint8Array())).toBeUndefined();
  });

  it('knows a tar of 1979 by its checksum', async () => {
    const folder = folderWith({ f: 'old' });
    mkdirSync(join(folder, 'd'));
    run(folder, 'tar', '--format=v7', '-cf', 'a.tar', 'f', 'd');
    expect((await open(join(folder, 'a.tar'))).tree.entries.map(({ path }) => path)).toEqual(['d', 'f']);
  });
});

import { chmodSync, mkdirSync, realpathSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseDockerIgnore } from '../../source/tree/ignore/docker.ts';
import { scanFolder } from '../../source/tree/scan.ts';
import { asOrdinaryUser, folderWith, paths, run, snapshot, temporaryFolder } from '../support/tree.ts';

describe('scanFolder', () => {
  it('lists parents first and siblings in one order, without the root', async () => {
    const root = folderWith({ 'b/z': '', 'b/a/x': '', a: '', 'b.txt': '', B: '' });
    expect(paths(await scanFolder(root))).toEqual(['B', 'a', 'b/', 'b/a/', 'b/a/x', 'b/z', 'b.txt']);
  });

  it('says size, mode and time of each entry, and counts files and bytes', async () => {
    const root = folderWith({ 'd/f': '12345' });
    chmodSync(join(root, 'd/f'), 0o4511);
    chmodSync(join(root, 'd'), 0o2555);
    utimesSync(join(root, 'd/f'), 1000, 1000);
    symlinkSync('f', join(root, 'd/l'));
    const { entries, fileCount, bytes } = await scanFolder(root);
    expect(entries).toEqual([
      { type: 'directory', path: 'd', mode: 0o555, mtimeMs: expect.any(Number) },
      { type: 'file', path: 'd/f', mode: 0o511, mtimeMs: 1_000_000, size: 5 },
      { type: 'link', path: 'd/l', mode: 0o777, mtimeMs: expect.any(Number), target: 'f' },
    ]);
    expect([fileCount, bytes]).toEqual([2, 5]);
  });

  it.runIf(process.getuid?.() === 0)(
    'keeps modes, whoever may write, and adds only that the owner can read',
    async () => {
      const root = temporaryFolder();
      const modes = [0o444, 0o400, 0o555, 0o777, 0o606, 0o200, 0o000];
      for (const mode of modes) {
        writeFileSync(join(root, `f${mode}`), '');
        chmodSync(join(root, `f${mode}`), mode);
        mkdirSync(join(root, `d${mode}`));
        chmodSync(join(root, `d${mode}`), mode | 0o500);
      }
      const { entries } = await scanFolder(root);
      const modeOf = (path: string) => entries.find((entry) => entry.path === path)?.mode;
      expect(modes.map((mode) => modeOf(`f${mode}`))).toEqual([0o444, 0o400, 0o555, 0o777, 0o606, 0o600, 0o400]);
      expect(modes.map((mode) => modeOf(`d${mode}`))).toEqual(modes.map((mode) => mode | 0o500));
    },
  );

  it('lets the owner change the folders that are injected', async () => {
    const root = folderWith({ 'd/f': '' });
    chmodSync(join(root, 'd/f'), 0o444);
    chmodSync(join(root, 'd'), 0o555);
    expect((await scanFolder(root, { injected: true })).entries.map(({ mode }) => mode)).toEqual([0o755, 0o444]);
  });

  it('keeps links as they are, those that lead out, nowhere or in a circle too', async () => {
    const root = folderWith({});
    symlinkSync('/etc', join(root, 'out'));
    symlinkSync('missing', join(root, 'broken'));
    symlinkSync('.', join(root, 'circle'));
    const { entries } = await scanFolder(root);
    expect(entries.map((entry) => entry.type === 'link' && entry.target)).toEqual(['missing', '.', '/etc']);
  });

  it('leaves .git out at any depth, as a folder and as a file, and keeps it when asked', async () => {
    const root = folderWith({ '.git/HEAD': '', 'sub/.git': 'gitdir: x', 'sub/.gitignore': '' });
    expect(paths(await scanFolder(root))).toEqual(['sub/', 'sub/.gitignore']);
    expect(paths(await scanFolder(root, { injected: true }))).toContain('.git/HEAD');
  });

  it('looks into an ignored folder only for what may be rescued, and lists it only if something was', async () => {
    const root = folderWith({ 'a/keep': '', 'a/x': '', 'b/x': '', c: '' });
    const rules = { file: '.dockerignore', ...parseDockerIgnore('a\nb\n!*/keep') };
    expect(paths(await scanFolder(root, { rules }))).toEqual(['a/', 'a/keep', 'c']);
  });

  it('leaves sockets, pipes and devices out and warns by name', async () => {
    const root = folderWith({ file: '' });
    run(root, 'mkfifo', 'pipe');
    const server = createServer().listen(join(root, 'socket'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const scanned = await scanFolder(root);
    expect(paths(scanned)).toEqual(['file']);
    expect(scanned.warnings).toEqual([expect.stringMatching(/pipe, socket$/)]);
  });

  it('names what cannot be read: files, folders, and what is below a folder that cannot be entered', async () => {
    const root = folderWith({ ok: '', secret: '', 'closed/x': '', 'listed/y': '' });
    chmodSync(join(root, 'secret'), 0o200);
    chmodSync(join(root, 'closed'), 0o300);
    chmodSync(join(root, 'listed'), 0o744);
    const scanning = asOrdinaryUser(root, () => scanFolder(root));
    await expect(scanning).rejects.toMatchObject({ code: 'source', hint: expect.stringContaining('.stiignore') });
    await expect(scanning).rejects.toThrow('closed/, listed/y, secret');
  });

  it('names at most ten of them', async () => {
    const root = temporaryFolder();
    for (let index = 0; index < 12; index += 1) writeFileSync(join(root, `f${index}`), '', { mode: 0o200 });
    await expect(asOrdinaryUser(root, () => scanFolder(root))).rejects.toThrow(/and 2 more$/);
  });

  it('names a file whose name is not UTF-8, which no program written for text can open', async () => {
    const root = temporaryFolder();
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff])]), '');
    await expect(scanFolder(root)).rejects.toMatchObject({ code: 'source' });
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    const root = temporaryFolder();
    for (let index = 0; index < 3000; index += 1) mkdirSync(join(root, String(index)));
    const scanning = scanFolder(root, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(scanning).rejects.toThrow('enough');
  });

  it('changes nothing', async () => {
    const root = realpathSync(folderWith({ 'a/b': 'x', c: 'y' }));
    const before = snapshot(root);
    await scanFolder(root);
    expect(snapshot(root)).toEqual(before);
  });

  it('refuses more files and folders than it may list', async () => {
    const folder = folderWith({ 'a/one': '', 'a/two': '', b: '' });
    await expect(scanFolder(folder, { maxEntries: 4 })).resolves.toMatchObject({ fileCount: 3 });
    await expect(scanFolder(folder, { maxEntries: 3, injected: true })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('more than 3 files'),
    });
  });
});

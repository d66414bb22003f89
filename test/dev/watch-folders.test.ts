import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scanFolder } from '../../source/origin/scan-folder.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';
import { changes, paths, soon, type Watched, watched } from './watch-fixtures.ts';

async function isWhatABuildTakes({ root, watcher }: Watched): Promise<void> {
  const { entries } = await scanFolder(root);
  expect(watcher.tree().entries).toEqual(entries);
}

describe('folders', () => {
  it('are told with all that is in them when they appear', async () => {
    const app = await watched({ a: '' });
    mkdirSync(app.path('d/e/f'), { recursive: true });
    writeFileSync(app.path('d/e/f/g'), '');
    await soon(() => expect(changes(app)).toEqual(['+d/', '+d/e/', '+d/e/f/', '+d/e/f/g']));
    await isWhatABuildTakes(app);
  });

  it('are watched from the moment they appear', async () => {
    const app = await watched({ a: '' });
    mkdirSync(app.path('d/e'), { recursive: true });
    await soon(() => expect(changes(app)).toEqual(['+d/', '+d/e/']));
    writeFileSync(app.path('d/e/f'), '');
    await soon(() => expect(changes(app).slice(2)).toEqual(['+d/e/f']));
    mkdirSync(app.path('d/e/g'));
    await soon(() => expect(changes(app).slice(3)).toEqual(['+d/e/g/']));
    writeFileSync(app.path('d/e/g/h'), '');
    await soon(() => expect(changes(app).slice(4)).toEqual(['+d/e/g/h']));
  });

  it('are told with all that was in them when they go', async () => {
    const app = await watched({ 'd/e/f': 'x', 'd-': '' });
    renameSync(app.path('d'), join(tempFolder(), 'd'));
    await soon(() => expect(changes(app)).toEqual(['-d/e/f', '-d/e/', '-d/']));
    expect(paths(app.watcher.tree())).toEqual(['d-']);
  });

  it('are told under both names when they are renamed, and go on being watched', async () => {
    const app = await watched({ 'd/e': 'x' });
    renameSync(app.path('d'), app.path('n'));
    await soon(() => expect(changes(app)).toEqual(['-d/e', '-d/', '+n/', '+n/e']));
    writeFileSync(app.path('n/e'), 'longer');
    await soon(() => expect(changes(app).slice(4)).toEqual(['~n/e']));
    mkdirSync(app.path('d'));
    writeFileSync(app.path('d/e'), '');
    await soon(() => expect(changes(app).slice(5)).toEqual(['+d/', '+d/e']));
  });

  it('are watched anew when another one takes their place', async () => {
    const app = await watched({ 'd/d/d': 'x', 'd/gone': 'x' });
    for (let round = 1; round <= 5; round += 1) {
      rmSync(app.path('d'), { recursive: true });
      writeFiles(app.root, { 'd/d/d': 'x'.repeat(round) });
      await app.watcher.reconcile();
      const before = app.batches.length;
      writeFileSync(app.path('d/d/new'), `${round}`);
      await soon(() => expect(app.batches.length).toBeGreaterThan(before));
      await isWhatABuildTakes(app);
    }
    expect(changes(app)).toContain('-d/gone');
  });

  it('count by their mode, not by their time', async () => {
    const app = await watched({ 'd/e': '' });
    chmodSync(app.path('d'), 0o700);
    await soon(() => expect(changes(app)).toEqual(['~d/']));
  });

  it('that are links are not entered', async () => {
    const outside = tempFolder();
    writeFiles(outside, { secret: '' });
    const app = await watched({ 'd/e': '' });
    rmSync(app.path('d'), { recursive: true });
    symlinkSync(outside, app.path('d'));
    await soon(() => expect(changes(app)).toEqual(['-d/e', '-d/', '+d@']));
    writeFileSync(join(outside, 'noise'), '');
    await app.watcher.reconcile();
    expect(paths(app.watcher.tree())).toEqual(['d']);
  });
});

describe('a branch switch', () => {
  it('ends with the tree of the other branch', async () => {
    const app = await watched({ 'd/a': 'one', 'only/here': '', same: 'x' });
    const git = (...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e', ...words], { cwd: app.root, stdio: 'pipe' });
    git('init', '--quiet', '--initial-branch=one');
    git('add', '.');
    git('commit', '--quiet', '--message=one');
    git('checkout', '--quiet', '-b', 'two');
    rmSync(app.path('only'), { recursive: true });
    writeFiles(app.root, { 'd/a': 'other', 'd/b/c': '' });
    git('add', '--all');
    git('commit', '--quiet', '--message=two');
    await app.watcher.reconcile();
    for (const branch of ['one', 'two', 'one']) {
      const before = app.batches.length;
      git('checkout', '--quiet', branch);
      const expected =
        branch === 'one' ? ['d', 'd/a', 'only', 'only/here', 'same'] : ['d', 'd/a', 'd/b', 'd/b/c', 'same'];
      await soon(() => expect(paths(app.watcher.tree())).toEqual(expected));
      expect(app.batches.length).toBeGreaterThan(before);
    }
    expect(changes(app).filter((change) => change.includes('.git'))).toEqual([]);
  });
});

describe('the root', () => {
  it('may be replaced at once', async () => {
    const app = await watched({ 'd/a': 'x', old: '' });
    const other = join(dirname(app.root), 'other');
    writeFiles(other, { 'd/a': 'y', new: '' });
    renameSync(app.root, join(dirname(app.root), 'away'));
    renameSync(other, app.root);
    await soon(() => expect(paths(app.watcher.tree())).toEqual(['d', 'd/a', 'new']));
    writeFileSync(app.path('d/b'), '');
    await soon(() => expect(changes(app)).toContain('+d/b'));
  });

  it('may vanish and come back; meanwhile the last tree stays', async () => {
    const app = await watched({ 'd/a': 'x', b: '' });
    const away = join(dirname(app.root), 'away');
    renameSync(app.root, away);
    await soon(() => expect(app.notices).toEqual([`${app.root} is gone; waiting for it to come back`]));
    await app.watcher.reconcile();
    expect(app.batches).toEqual([]);
    expect(paths(app.watcher.tree())).toEqual(['b', 'd', 'd/a']);
    cpSync(away, app.root, { recursive: true });
    writeFileSync(app.path('d/a'), 'other');
    await soon(() => expect(app.notices.at(-1)).toBe(`${app.root} is back`));
    await soon(() => expect(changes(app)).toContain('~d/a'));
    writeFileSync(app.path('c'), '');
    await soon(() => expect(changes(app)).toContain('+c'));
  });

  it('may be in a folder that is replaced', async () => {
    const app = await watched({ 'web/a': 'x' }, { contextDir: 'web' });
    const source = dirname(app.root);
    renameSync(source, `${source}-away`);
    writeFiles(source, { 'web/b': '' });
    await soon(() => expect(paths(app.watcher.tree())).toEqual(['b']));
    writeFileSync(app.path('c'), '');
    await soon(() => expect(changes(app)).toContain('+c'));
  });
});

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scanFolder } from '../../../source/tree/scan.ts';
import { treeDelta } from '../../../source/tree/sync.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';
import { changes, paths, scanned, soon, type Watched, watch, watched } from '../../support/watch.ts';

async function isWhatABuildTakes({ root, watcher }: Watched): Promise<void> {
  const { entries } = await scanFolder(root);
  expect(scanned(watcher.tree())).toEqual(entries);
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
      await soon(() => isWhatABuildTakes(app));
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

  describe('behind a link', () => {
    /** Two releases with files of one size and time, and links that lead to the first. */
    async function watchedRelease(named: string, contextDir?: string) {
      const top = realpathSync(tempFolder());
      writeFiles(top, { 'releases/1/web/a': 'AAAA', 'releases/2/web/a': 'BBBB', 'releases/2/web/b': '' });
      for (const release of ['1', '2']) utimesSync(join(top, `releases/${release}/web/a`), 1, 1);
      symlinkSync('releases/1', join(top, 'current'));
      const sourceRoot = join(top, named);
      const app = await watch({ sourceRoot, root: join(sourceRoot, contextDir ?? '') });
      return { ...app, top, lead: (to: string) => symlinkSync(to, join(top, 'next')) };
    }

    it.each([
      ['is the source', 'current', undefined],
      ['is a folder above the source', 'current/web', undefined],
      ['is above the context dir', 'current', 'web'],
    ] as const)('that %s is the other folder once the link is led there', async (_, named, contextDir) => {
      const app = await watchedRelease(named, contextDir);
      const before = app.watcher.tree().entries;
      app.lead('releases/2');
      renameSync(join(app.top, 'next'), join(app.top, 'current'));
      const changed = named === 'current' && contextDir === undefined ? 'web/a' : 'a';
      await soon(() => expect(changes(app)).toContain(`~${changed}`));
      const { root, entries } = app.watcher.tree();
      expect(root.startsWith(join(app.top, 'releases/2'))).toBe(true);
      expect(scanned({ entries })).toEqual((await scanFolder(root)).entries);
      expect(treeDelta(before, entries).bring.map(({ path }) => path)).toContain(changed);
      writeFileSync(join(app.top, 'releases/2/web/c'), '');
      await soon(() => expect(changes(app).at(-1)).toMatch(/\+(web\/)?c$/));
      const told = changes(app).length;
      writeFileSync(join(app.top, 'releases/1/web/d'), '');
      await app.watcher.reconcile();
      expect(changes(app)).toHaveLength(told);
    });

    it('stays as it was while the link leads nowhere', async () => {
      const app = await watchedRelease('current');
      rmSync(join(app.top, 'current'));
      symlinkSync('releases/3', join(app.top, 'current'));
      await soon(() => expect(app.notices).toEqual([`${app.root} is gone; waiting for it to come back`]));
      expect(paths(app.watcher.tree())).toEqual(['web', 'web/a']);
      renameSync(join(app.top, 'releases/2'), join(app.top, 'releases/3'));
      await soon(() => expect(changes(app)).toEqual(['~web/a', '+web/b']));
    });

    it('stays as it was while the context dir leads out of the source', async () => {
      const app = await watchedRelease('releases/2', 'web');
      renameSync(app.root, `${app.root}-before`);
      symlinkSync('../1/web', app.root);
      await soon(() => expect(app.notices).toHaveLength(1));
      await app.watcher.reconcile();
      expect(app.batches).toEqual([]);
    });
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

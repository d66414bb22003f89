import { realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openFolder } from '../../source/origin/folder.ts';
import { readRevision } from '../../source/origin/git-revision.ts';
import { commit, folderWith, paths, repositoryWith, run, snapshot, temporaryFolder } from './temporary.ts';

// Programs of the system and the disk decide how long this takes.
vi.setConfig({ testTimeout: 60_000 });

const open = (path: string, contextDir?: string) => openFolder(path, { workDir: temporaryFolder(), contextDir });

describe('openFolder', () => {
  it('takes a checkout as it is now, uncommitted changes included, and names its commit', async () => {
    const repository = repositoryWith({ a: 'old' });
    const id = run(repository, 'git', 'rev-parse', 'HEAD');
    writeFileSync(join(repository, 'a'), 'newer');
    writeFileSync(join(repository, 'untracked'), '');
    const opened = await open(repository);
    expect(paths(opened.tree)).toEqual(['a', 'untracked']);
    expect(opened).toMatchObject({
      bytes: 5,
      fileCount: 2,
      location: repository,
      revision: { id, ref: 'main' },
      tree: { disposable: false },
    });
  });

  it('has no revision for a plain folder, a repository without commits, or without git', async () => {
    expect((await open(folderWith({ a: '' }))).revision).toBeUndefined();
    const empty = temporaryFolder();
    run(empty, 'git', 'init', '--quiet');
    expect((await open(empty)).revision).toBeUndefined();
    const repository = repositoryWith({ a: '' });
    vi.stubEnv('PATH', temporaryFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await open(repository)).revision).toBeUndefined();
  });

  it('takes the context dir alone, with the ignore file of the root', async () => {
    const root = folderWith({ 'app/a.log': '', 'app/b': '', other: '', '.stiignore': '*.log' });
    const opened = await open(root, 'app/');
    expect(opened).toMatchObject({ contextDir: 'app', tree: { root: join(realpathSync(root), 'app') } });
    expect(paths(opened.tree)).toEqual(['b']);
    expect(await open(root)).not.toHaveProperty('contextDir');
  });

  it('warns when the ignore file leaves nothing', async () => {
    expect((await open(folderWith({ a: '', '.dockerignore': '*' }))).warnings).toEqual([
      '.dockerignore leaves nothing of the source',
    ]);
  });

  it('may itself be a link', async () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync(folderWith({ a: '' }), link);
    expect(await open(link)).toMatchObject({ location: link, fileCount: 1 });
  });

  it('changes nothing in the folder, not even in .git', async () => {
    const repository = repositoryWith({ a: 'x', 'b/c': 'y', '.stiignore': 'b' });
    writeFileSync(join(repository, 'a'), 'x');
    const before = snapshot(repository);
    await open(repository);
    expect(snapshot(repository)).toEqual(before);
  });
});

describe('readRevision', () => {
  it('names the branch, also beside a tag', async () => {
    const repository = repositoryWith({ a: '' });
    run(repository, 'git', 'checkout', '--quiet', '-b', 'feature/x,y');
    run(repository, 'git', 'tag', 'v1');
    expect(await readRevision(repository)).toMatchObject({ ref: 'feature/x,y' });
  });

  it('never says HEAD: a detached checkout has its tag, else its id', async () => {
    const repository = repositoryWith({ a: '' });
    run(repository, 'git', 'checkout', '--quiet', '--detach');
    const id = run(repository, 'git', 'rev-parse', 'HEAD');
    run(repository, 'git', 'branch', '--delete', '--force', 'main');
    expect(await readRevision(repository)).toMatchObject({ ref: id });
    run(repository, 'git', 'tag', 'v1');
    expect(await readRevision(repository)).toMatchObject({ id, ref: 'v1' });
  });

  it('cuts a long subject to 80 characters, and takes the subject only', async () => {
    const repository = repositoryWith({ a: '' });
    commit(repository, {}, `${'ä'.repeat(81)}\n\nbody`);
    expect((await readRevision(repository))?.message).toBe(`${'ä'.repeat(79)}…`);
    commit(repository, {}, 'ä'.repeat(80));
    expect((await readRevision(repository))?.message).toBe('ä'.repeat(80));
  });

  it('reads a linked worktree', async () => {
    const repository = repositoryWith({ a: '' });
    const worktree = join(temporaryFolder(), 'tree');
    run(repository, 'git', 'worktree', 'add', '--quiet', '-b', 'other', worktree);
    expect((await openFolder(worktree, { workDir: temporaryFolder() })).revision).toMatchObject({ ref: 'other' });
  });
});

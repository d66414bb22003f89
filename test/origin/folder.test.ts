import { realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openFolder } from '../../source/origin/folder.ts';
import { folderWith, paths, repositoryWith, run, snapshot, temporaryFolder } from '../support/tree.ts';

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

  it('warns of the links that lead out of what is built, and names at most ten', async () => {
    const root = folderWith({ 'web/a': '', 'lib/b': '' });
    const links = {
      'web/in': 'a',
      'web/winding': '../lib/../web/a',
      'web/dangling': 'nothing',
      'web/out': '../lib/b',
      'web/absolute': '/opt/module',
    };
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
    const start = 'links lead out of the source, and the image has only what is there in the image itself: ';
    expect((await open(root)).warnings).toEqual([`${start}web/absolute -> /opt/module`]);
    const [warning] = (await open(root, 'web')).warnings;
    expect(warning).toBe(`${start}absolute -> /opt/module, out -> ../lib/b, winding -> ../lib/../web/a`);
    for (let index = 0; index < 12; index += 1) symlinkSync('/nowhere', join(root, `web/n${index}`));
    expect((await open(root)).warnings).toEqual([expect.stringMatching(/ and 3 more$/)]);
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

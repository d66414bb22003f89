import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openFolder } from '../../../source/origin/folder.ts';
import { commit, folderWith, repositoryWith, run, temporaryFolder, writeFiles } from '../../support/tree.ts';

// Programs of the system and the disk decide how long this takes.
vi.setConfig({ testTimeout: 60_000 });

const revisionOf = async (path: string) => (await openFolder(path, { workDir: temporaryFolder() })).revision;

describe('the revision of a checkout', () => {
  it('names the branch, also beside a tag', async () => {
    const repository = repositoryWith({ a: '' });
    run(repository, 'git', 'checkout', '--quiet', '-b', 'feature/x,y');
    run(repository, 'git', 'tag', 'v1');
    expect(await revisionOf(repository)).toMatchObject({ ref: 'feature/x,y' });
  });

  it('never says HEAD: a detached checkout has its tag, else its id', async () => {
    const repository = repositoryWith({ a: '' });
    run(repository, 'git', 'checkout', '--quiet', '--detach');
    const id = run(repository, 'git', 'rev-parse', 'HEAD');
    run(repository, 'git', 'branch', '--delete', '--force', 'main');
    expect(await revisionOf(repository)).toMatchObject({ ref: id });
    run(repository, 'git', 'tag', 'v1');
    expect(await revisionOf(repository)).toMatchObject({ id, ref: 'v1' });
    run(repository, 'git', 'pack-refs', '--all');
    expect(await revisionOf(repository)).toMatchObject({ id, ref: 'v1' });
  });

  it('cuts a long subject to 80 characters, and takes the subject only', async () => {
    const repository = repositoryWith({ a: '' });
    commit(repository, {}, `${'ä'.repeat(81)}\n\nbody`);
    expect((await revisionOf(repository))?.message).toBe(`${'ä'.repeat(79)}…`);
    commit(repository, {}, 'ä'.repeat(80));
    expect((await revisionOf(repository))?.message).toBe('ä'.repeat(80));
  });

  it.each<[string, (repository: string) => string]>([
    [
      'packed objects and refs',
      (repository) => {
        run(repository, 'git', 'gc', '--quiet');
        return repository;
      },
    ],
    [
      'a linked work tree',
      (repository) => {
        const tree = join(temporaryFolder(), 'tree');
        run(repository, 'git', 'worktree', 'add', '--quiet', '-b', 'other', tree);
        return tree;
      },
    ],
    [
      'a shallow clone',
      (repository) => {
        commit(repository, {}, 'second');
        const clone = join(temporaryFolder(), 'clone');
        run(repository, 'git', 'clone', '--quiet', '--depth=1', `file://${repository}`, clone);
        return clone;
      },
    ],
    [
      'a submodule',
      (repository) => {
        const outer = repositoryWith({ o: '' });
        run(outer, 'git', '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repository, 'sub');
        return join(outer, 'sub');
      },
    ],
    [
      'SHA-256',
      () => {
        const folder = temporaryFolder();
        run(folder, 'git', 'init', '--quiet', '--initial-branch=main', '--object-format=sha256');
        commit(folder, { a: '' }, 'first');
        return folder;
      },
    ],
  ])('is read, and is clean, with %s', async (_, checkoutOf) => {
    const checkout = checkoutOf(repositoryWith({ a: 'x' }));
    const id = run(checkout, 'git', 'rev-parse', 'HEAD');
    const ref = run(checkout, 'git', 'branch', '--show-current');
    const revision = await revisionOf(checkout);
    expect(revision).toMatchObject({ id, ref });
    expect(revision).not.toHaveProperty('dirty');
  });

  it.each<[string, (repository: string) => void]>([
    [
      'refs kept as reftable',
      (repository) => {
        writeFileSync(join(repository, '.git/HEAD'), 'ref: refs/heads/.invalid\n');
        mkdirSync(join(repository, '.git/reftable'));
      },
    ],
    [
      'objects borrowed from elsewhere',
      (repository) => {
        const elsewhere = temporaryFolder();
        renameSync(join(repository, '.git/objects'), join(elsewhere, 'objects'));
        writeFiles(repository, { '.git/objects/info/alternates': `${elsewhere}/objects\n` });
      },
    ],
    [
      'a HEAD that is no regular file',
      (repository) => {
        rmSync(join(repository, '.git/HEAD'));
        run(repository, 'mkfifo', '.git/HEAD');
      },
    ],
    ['a loop of refs', (repository) => writeFiles(repository, { '.git/refs/heads/main': 'ref: refs/heads/main\n' })],
    [
      'a ref that leads out',
      (repository) => {
        const other = repositoryWith({ b: '' });
        rmSync(join(repository, '.git/refs'), { recursive: true });
        symlinkSync(join(other, '.git/refs'), join(repository, '.git/refs'));
      },
    ],
  ])('is left out with %s', async (_, change) => {
    const repository = repositoryWith({ a: 'x' });
    change(repository);
    expect(await revisionOf(repository)).toBeUndefined();
  });
});

describe('a checkout is dirty', () => {
  it.each<[string, (repository: string) => void]>([
    ['a changed file', (repository) => writeFiles(repository, { a: 'changed' })],
    ['a change of the same length', (repository) => writeFiles(repository, { a: 'y' })],
    ['another mode', (repository) => chmodSync(join(repository, 'a'), 0o755)],
    ['a removed file', (repository) => rmSync(join(repository, 'a'))],
    ['an untracked file', (repository) => writeFiles(repository, { 'new/file': '' })],
    [
      'a staged change',
      (repository) => {
        writeFiles(repository, { a: 'staged' });
        run(repository, 'git', 'add', 'a');
        run(repository, 'git', 'update-index', '--assume-unchanged', 'a');
      },
    ],
  ])('with %s', async (_, change) => {
    const repository = repositoryWith({ a: 'x', b: 'y' });
    change(repository);
    expect(await revisionOf(repository)).toMatchObject({ dirty: true });
  });

  it.each<[string, (repository: string) => void]>([
    [
      'files that git ignores',
      (repository) => {
        commit(repository, { '.gitignore': '*.log' }, 'ignore');
        writeFiles(repository, { 'x.log': '', '.git/info/exclude': 'own\n', own: '' });
      },
    ],
    ['a file that was only touched', (repository) => writeFiles(repository, { a: 'x' })],
    [
      'modes where the file system has none',
      (repository) => {
        run(repository, 'git', 'config', 'core.fileMode', 'false');
        chmodSync(join(repository, 'a'), 0o755);
      },
    ],
    [
      'what the user ignores everywhere',
      (repository) => {
        const config = folderWith({ gitconfig: '[core]\nexcludesFile = ignore-file', 'ignore-file': '.idea' });
        writeFiles(config, { gitconfig: `[core]\nexcludesFile = ${config}/ignore-file` });
        vi.stubEnv('GIT_CONFIG_GLOBAL', join(config, 'gitconfig'));
        onTestFinished(() => void vi.unstubAllEnvs());
        writeFiles(repository, { '.idea/x': '' });
      },
    ],
  ])('not with %s', async (_, change) => {
    const repository = repositoryWith({ a: 'x' });
    change(repository);
    const revision = await revisionOf(repository);
    expect(revision).toMatchObject({ ref: 'main' });
    expect(revision).not.toHaveProperty('dirty');
  });
});

import { chmodSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openGit } from '../../../source/origin/git/git.ts';
import { commit, paths, repositoryWith, run, temporaryFolder } from '../../support/tree.ts';

const open = (url: string, options: { ref?: string; contextDir?: string; signal?: AbortSignal } = {}, ref?: string) =>
  openGit({ url, ...(ref && { ref }) }, { workDir: temporaryFolder(), ...options });

// Git starts a dozen processes for a clone.
vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  onTestFinished(() => void vi.unstubAllEnvs());
});

describe('openGit', () => {
  it('clones the default branch, shallow, without .git', async () => {
    const repository = repositoryWith({ 'a/b': 'x' });
    const id = commit(repository, { c: 'yy' }, 'second');
    const url = pathToFileURL(repository).href;
    const opened = await open(url);
    expect(paths(opened.tree)).toEqual(['a/', 'a/b', 'c']);
    expect(opened).toMatchObject({ location: url, fileCount: 2, bytes: 3, tree: { disposable: true } });
    expect(opened.revision).toEqual({
      id,
      ref: 'main',
      author: 'Ada <ada@example.com>',
      date: '2024-05-06T07:08:09+00:00',
      message: 'second',
    });
    expect(existsSync(join(opened.tree.root, '.git/shallow'))).toBe(true);
  });

  it('takes a local path, bare or not, with only what is committed', async () => {
    const repository = repositoryWith({ a: '' });
    writeFileSync(join(repository, 'uncommitted'), '');
    const bare = join(temporaryFolder(), 'my app.git');
    run(repository, 'git', 'clone', '--quiet', '--bare', '.', bare);
    for (const path of [repository, bare]) {
      const opened = await open(path);
      expect(paths(opened.tree)).toEqual(['a']);
      expect(opened.location).toBe(path);
    }
  });

  it('finds branches, tags, ids, short ids, full ref names and expressions', async () => {
    const repository = repositoryWith({ a: '' });
    const first = run(repository, 'git', 'rev-parse', 'HEAD');
    run(repository, 'git', 'tag', '--annotate', '--message=v', 'v1');
    run(repository, 'git', 'branch', 'feature/x');
    run(repository, 'git', 'update-ref', 'refs/pull/7/head', first);
    commit(repository, { b: '' }, 'second');
    commit(repository, { c: '' }, 'third');
    for (const ref of [
      'v1',
      'feature/x',
      first,
      first.slice(0, 8),
      'refs/heads/feature/x',
      'refs/pull/7/head',
      'main~2',
    ]) {
      const { tree, revision } = await open(repository, { ref });
      expect({ ref, paths: paths(tree), revision }).toMatchObject({ paths: ['a'], revision: { id: first, ref } });
    }
  });

  it('lets --ref beat #ref', async () => {
    const repository = repositoryWith({ a: '' });
    run(repository, 'git', 'tag', 'v1');
    commit(repository, { b: '' }, 'second');
    expect(paths((await open(repository, {}, 'v1')).tree)).toEqual(['a']);
    expect(paths((await open(repository, { ref: 'main' }, 'v1')).tree)).toEqual(['a', 'b']);
  });

  it('names a ref that does not exist', async () => {
    const repository = repositoryWith({ a: '' });
    for (const ref of ['nowhere', 'f'.repeat(40), 'main~9', '!']) {
      await expect(open(repository, { ref })).rejects.toMatchObject({
        code: 'ref',
        message: expect.stringContaining(JSON.stringify(ref)),
      });
    }
  });

  it('refuses a URL or ref that git would take for an option', async () => {
    await expect(open('--upload-pack=touch x')).rejects.toMatchObject({ code: 'source' });
    await expect(open(repositoryWith({ a: '' }), { ref: '--exec=x' })).rejects.toMatchObject({ code: 'ref' });
  });

  it('says that a repository without commits has none', async () => {
    const empty = temporaryFolder();
    run(empty, 'git', 'init', '--quiet');
    await expect(open(empty)).rejects.toMatchObject({ code: 'source', message: expect.stringContaining('no commits') });
  });

  it('explains what git says, without the password', async () => {
    const failing = open('http://ada:hunter22@127.0.0.1:1/app.git');
    await expect(failing).rejects.toMatchObject({
      code: 'source',
      message: expect.stringMatching(/^http:\/\/ada:\*\*\*@127.0.0.1:1\/app.git can't be cloned: unable to access/),
    });
    await expect(open(join(temporaryFolder(), 'missing.git'))).rejects.toMatchObject({ code: 'source' });
  });

  it('takes passwords out of all that git says', async () => {
    const bin = temporaryFolder();
    writeFileSync(join(bin, 'git'), '#!/bin/sh\necho "fatal: could not read $*" >&2\nexit 128\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:/usr/bin:/bin`);
    const error = await open('http://ada:hunter22@127.0.0.1:1/app.git').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'source', message: expect.stringContaining('ada:***@') });
    expect(inspect(error, { depth: 9 })).not.toContain('hunter22');
  });

  it('says so when git is not installed', async () => {
    const repository = repositoryWith({ a: '' });
    vi.stubEnv('PATH', temporaryFolder());
    await expect(open(repository)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('not installed'),
    });
  });

  it('works inside a git hook, and with an editor and a pager in the environment', async () => {
    const repository = repositoryWith({ a: '' });
    for (const [name, value] of Object.entries({
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/nowhere',
      GIT_INDEX_FILE: '/nowhere',
      EDITOR: 'vi',
      GIT_PAGER: 'less',
      GIT_SSH_COMMAND: 'ssh -v',
    })) {
      vi.stubEnv(name, value);
    }
    expect(paths((await open(repository)).tree)).toEqual(['a']);
  });

  it("asks SSH to ask nothing, and keeps the user's own SSH command", async () => {
    const bin = temporaryFolder();
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\necho "$@" >> ${bin}/log\nexit 1\n`);
    chmodSync(join(bin, 'ssh'), 0o755);
    vi.stubEnv('GIT_SSH_COMMAND', `${bin}/ssh -i my-key`);
    await expect(open('git@host.invalid:app.git')).rejects.toMatchObject({ code: 'source' });
    expect(run(bin, 'cat', 'log')).toMatch(/-i my-key -o BatchMode=yes .*git@host.invalid/);
  });

  it('applies the context dir and ignore rules, and never follows links of the repository', async () => {
    const repository = repositoryWith({ 'app/a.log': '', 'app/b': '', '.stiignore': '*.log' });
    symlinkSync('/etc', join(repository, 'out'));
    commit(repository, {}, 'link');
    const opened = await open(repository, { contextDir: 'app' });
    expect([opened.contextDir, paths(opened.tree)]).toEqual(['app', ['b']]);
    await expect(open(repository, { contextDir: 'out' })).rejects.toMatchObject({ code: 'context-dir' });
  });

  it('stops when told to', async () => {
    const repository = repositoryWith({ a: '' });
    await expect(open(repository, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const bin = temporaryFolder();
    writeFileSync(join(bin, 'ssh'), '#!/bin/sh\n# Like ssh, it waits until git is gone.\nexec cat\n');
    chmodSync(join(bin, 'ssh'), 0o755);
    vi.stubEnv('GIT_SSH_COMMAND', `${bin}/ssh`);
    const stop = new AbortController();
    const opening = open('git@host.invalid:app.git', { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 500);
    await expect(opening).rejects.toThrow('enough');
  });
});

describe('openGit, submodules', () => {
  const allowLocalSubmodules = () => {
    vi.stubEnv('GIT_CONFIG_COUNT', '1');
    vi.stubEnv('GIT_CONFIG_KEY_0', 'protocol.file.allow');
    vi.stubEnv('GIT_CONFIG_VALUE_0', 'always');
  };

  function repositoryWithSubmodules() {
    const inner = repositoryWith({ deep: 'old' });
    const middle = repositoryWith({ m: '' });
    run(middle, 'git', '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', inner, 'inner');
    commit(middle, {}, 'with inner');
    const outer = repositoryWith({ o: '' });
    run(outer, 'git', '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', middle, 'middle');
    commit(outer, {}, 'with middle');
    run(outer, 'git', 'tag', 'v1');
    commit(middle, { later: '' }, 'later');
    commit(inner, { deep: 'new' }, 'later');
    return { outer, middle };
  }

  it('checks them out, theirs too, at the commits that the ref names', async () => {
    const { outer } = repositoryWithSubmodules();
    allowLocalSubmodules();
    const expected = [
      '.gitmodules',
      'middle/',
      'middle/.gitmodules',
      'middle/inner/',
      'middle/inner/deep',
      'middle/m',
      'o',
    ];
    const opened = await open(outer, { ref: 'v1' });
    expect(paths(opened.tree)).toEqual(expected);
    expect(run(opened.tree.root, 'cat', 'middle/inner/deep')).toBe('old');
  });

  it('explains why git refuses local ones', async () => {
    const { outer } = repositoryWithSubmodules();
    await expect(open(outer)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('submodules'),
      hint: expect.stringContaining('protocol.file.allow'),
    });
  });
});

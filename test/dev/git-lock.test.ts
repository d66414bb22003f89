import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isGitWriting } from '../../source/dev/git-lock.ts';
import { gitRepository } from '../support/git-repository.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

/** What is seen before, while and after git holds the lock: a commit of everything does as long as its editor is open. */
async function seenAround(checkout: string, folder: string): Promise<boolean[]> {
  const [open, close] = [join(tempFolder(), 'open'), join(tempFolder(), 'close')];
  onTestFinished(() => writeFileSync(close, ''));
  const editor = `: >${open}; until test -e ${close}; do sleep 0.02; done; echo message >"$1"; :`;
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  const seen = [isGitWriting(folder)];
  writeFiles(checkout, { 'file.txt': 'changed' });
  const commit = promisify(execFile)('git', ['-C', checkout, ...identity, 'commit', '-a'], {
    env: { ...process.env, GIT_EDITOR: `sh -c '${editor}' --` },
  });
  await vi.waitFor(() => expect(existsSync(open)).toBe(true), { timeout: 20_000 });
  seen.push(isGitWriting(folder));
  writeFileSync(close, '');
  await commit;
  return [...seen, isGitWriting(folder)];
}

describe('isGitWriting', () => {
  it('is true as long as git holds the lock of its index', async () => {
    const { folder, commit } = gitRepository();
    commit({ 'file.txt': 'start' }, 'start');
    expect(await seenAround(folder, folder)).toEqual([false, true, false]);
  });

  it('knows the repository that a folder is deep in', async () => {
    const { folder, commit } = gitRepository();
    commit({ 'file.txt': 'start', 'apps/shop/index.html': 'start' }, 'start');
    expect(await seenAround(folder, join(folder, 'apps/shop'))).toEqual([false, true, false]);
  });

  it('knows a work tree, whose index is elsewhere', async () => {
    const { commit, git } = gitRepository();
    commit({ 'file.txt': 'start' }, 'start');
    const checkout = join(tempFolder(), 'other');
    git('worktree', 'add', '--quiet', '-b', 'other', checkout);
    expect(await seenAround(checkout, checkout)).toEqual([false, true, false]);
  });

  it('is false without a repository, and where .git says nothing that makes sense', () => {
    const folder = tempFolder();
    expect(isGitWriting(folder)).toBe(false);
    writeFiles(folder, { '.git': 'anything' });
    expect(isGitWriting(folder)).toBe(false);
    rmSync(join(folder, '.git'));
    mkdirSync(join(folder, '.git'));
    expect(isGitWriting(folder)).toBe(false);
  });
});

import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTreeState, type Snapshot } from '../../../source/dev/watch/state.ts';
import { growthOf, isGitWriting, SlowWrites } from '../../../source/dev/watch/writing.ts';
import { packTree } from '../../../source/tree/pack.ts';
import { gitRepository } from '../../support/git-repository.ts';
import { entriesOf } from '../../support/tar-of.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';
import { changes, scanned, soon, watched } from '../../support/watch.ts';

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

function file(size: number, seenAt: number, inode = 1): Snapshot {
  const entry = { type: 'file', path: 'f', size, mode: 0o644, mtimeMs: seenAt } as const;
  return { entry, inode, ctimeMs: seenAt, seenAt };
}

describe('growthOf', () => {
  const asked = vi.fn(() => true);

  it('begins where a file grows within half a second of the last look, and goes on while it does', () => {
    const first = growthOf(file(10, 0), file(20, 400), undefined, () => true);
    expect(first).toEqual({ size: 20, since: 400, last: 400 });
    const next = growthOf(file(10, 0), file(30, 800), first, asked);
    expect(next).toEqual({ size: 30, since: 400, last: 800 });
    expect(growthOf(file(10, 0), file(30, 1_200), next, asked)).toEqual(next);
    expect(asked).not.toHaveBeenCalled();
  });

  it('ends when the file has been still for half a second, is shorter, another, or gone', () => {
    const growth = { size: 30, since: 400, last: 800 };
    expect(growthOf(file(10, 0), file(30, 1_300), growth, asked)).toBeUndefined();
    expect(growthOf(file(10, 0), file(5, 900), growth, asked)).toBeUndefined();
    expect(growthOf(file(10, 0), file(40, 900, 2), growth, asked)).toBeUndefined();
    expect(growthOf(file(10, 0), undefined, growth, asked)).toBeUndefined();
  });

  it('is none of a file that is new, was empty, got longer later, or begins with something else than before', () => {
    expect(growthOf(undefined, file(20, 10), undefined, () => true)).toBeUndefined();
    expect(growthOf(file(0, 0), file(20, 10), undefined, () => true)).toBeUndefined();
    expect(growthOf(file(10, 0), file(20, 500), undefined, () => true)).toBeUndefined();
    expect(growthOf(file(10, 0), file(20, 10), undefined, () => false)).toBeUndefined();
  });
});

describe('SlowWrites', () => {
  it('keeps a file as it was while it is written, and names one without end once', () => {
    const endless: string[] = [];
    const slow = new SlowWrites({ onDue: () => {}, onEndless: (path) => endless.push(path) });
    onTestFinished(() => slow.stop());
    const state = createTreeState();
    // Too large to be hashed, so that no file is needed.
    const large = 9 * 2 ** 20;
    state.apply(new Map([['f', file(large, 0)]]));
    const held: unknown[] = [];
    for (let at = 100; at <= 40_000; at += 100) {
      const updates = new Map([['f', file(large + at, at)]]);
      slow.hold('/nowhere', state, updates);
      held.push(updates.get('f')?.entry);
      expect(state.apply(updates)).toEqual([]);
    }
    expect(held).toHaveLength(400);
    expect(held.at(-1)).toMatchObject({ size: large, growing: true });
    expect(endless).toEqual(['f']);
  });
});

describe('a file that is written slowly', () => {
  it('is not taken again and again, and is whole in the end', async () => {
    const app = await watched({ a: 'x' });
    for (let part = 0; part < 20; part += 1) {
      appendFileSync(app.path('a'), 'x'.repeat(50_000));
      await sleep(50);
    }
    await soon(() => expect(app.watcher.tree().entries).toMatchObject([{ size: 1_000_001 }]));
    expect(changes(app).length).toBeLessThanOrEqual(3);
  });

  it('holds up no save of another file', async () => {
    const app = await watched({ log: 'x', a: '' });
    const writing = setInterval(() => appendFileSync(app.path('log'), 'another line\n'), 20);
    onTestFinished(() => clearInterval(writing));
    await soon(() => expect(app.watcher.tree().entries).toMatchObject([{}, { path: 'log', growing: true }]));
    writeFileSync(app.path('a'), 'saved');
    await soon(() => expect(changes(app)).toContain('~a'));
    const { entries, root } = app.watcher.tree();
    expect(entries).toMatchObject([{ size: 5 }, { path: 'log', growing: true }]);
    const packed = await entriesOf(packTree(app.watcher.tree(), { prefix: '', owner: { uid: 0, gid: 0 } }));
    const [, log] = entries;
    expect(packed[1]?.content).toBe(readFileSync(`${root}/log`, 'utf8').slice(0, log?.type === 'file' ? log.size : -1));
    clearInterval(writing);
    await soon(() => expect(scanned(app.watcher.tree())).toMatchObject([{}, { size: lstatSync(`${root}/log`).size }]));
    await soon(() => expect(app.watcher.tree().entries[1]).not.toHaveProperty('growing'));
  });
});

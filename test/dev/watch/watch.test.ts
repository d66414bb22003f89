import {
  appendFileSync,
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { scanFolder } from '../../../source/tree/scan.ts';
import { treeDelta } from '../../../source/tree/sync.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';
import { changes, paths, soon, watch, watched } from '../../support/watch.ts';

describe('the first tree', () => {
  it('is the one that a build takes', async () => {
    const { root, watcher } = await watched({ 'a/b.js': 'x', 'a-b': '', 'z.log': '', '.stiignore': '*.log\n' });
    const { entries } = await scanFolder(root, {});
    expect(watcher.tree()).toEqual({
      root,
      disposable: false,
      entries: entries.filter(({ path }) => path !== 'z.log'),
    });
  });

  it('is refused where a build would refuse it', async () => {
    const nowhere = `${tempFolder()}/nothing`;
    await expect(watch({ root: nowhere, sourceRoot: tempFolder() })).rejects.toMatchObject({ code: 'source' });
    await expect(watched({ '.dockerignore': '[' })).rejects.toMatchObject({ code: 'source' });
  });

  it('ends with the signal', async () => {
    await expect(watched({ a: '' }, { signal: AbortSignal.abort(new Error('over')) })).rejects.toThrow('over');
    const stop = new AbortController();
    const starting = watched({ a: '' }, { signal: stop.signal });
    stop.abort(new Error('over'));
    await expect(starting).rejects.toThrow('over');
  });
});

describe('a save', () => {
  it('is one batch with the file, the whole tree and the time', async () => {
    const before = Date.now();
    const app = await watched({ 'lib/a.js': 'old', b: '' });
    writeFileSync(app.path('lib/a.js'), 'newer');
    await soon(() => expect(app.batches).toHaveLength(1));
    const [batch] = app.batches;
    expect(batch?.changes).toEqual([{ path: 'lib/a.js', kind: 'changed', type: 'file' }]);
    expect(batch?.tree.entries.find(({ path }) => path === 'lib/a.js')).toMatchObject({ size: 5 });
    expect(batch?.tree).toEqual(app.watcher.tree());
    expect(batch?.at).toBeGreaterThanOrEqual(before);
    expect(batch?.at).toBeLessThanOrEqual(Date.now());
  });

  it('leaves the trees of earlier batches alone', async () => {
    const app = await watched({ a: '' });
    const first = app.watcher.tree();
    writeFileSync(app.path('b'), '');
    await soon(() => expect(changes(app)).toEqual(['+b']));
    expect(paths(first)).toEqual(['a']);
  });

  it('of the same content is none', async () => {
    const app = await watched({ a: 'x' });
    writeFileSync(app.path('a'), 'first');
    await soon(() => expect(changes(app)).toEqual(['~a']));
    writeFileSync(app.path('a'), 'first');
    utimesSync(app.path('a'), 1, 1);
    await app.watcher.reconcile();
    expect(changes(app)).toEqual(['~a']);
    expect(app.watcher.tree().entries).toMatchObject([{ path: 'a', mtimeMs: 1000 }]);
  });

  it('of the same size and time is one when the content is another', async () => {
    const app = await watched({ a: 'x' });
    utimesSync(app.path('a'), 1, 1);
    await app.watcher.reconcile();
    writeFileSync(app.path('new'), 'y');
    utimesSync(app.path('new'), 1, 1);
    await soon(() => expect(changes(app)).toContain('+new'));
    const before = app.batches.length;
    renameSync(app.path('new'), app.path('a'));
    await soon(() => expect(app.batches.length).toBeGreaterThan(before));
    expect(changes(app).slice(-2)).toEqual(['-new', '~a']);
    const { tree } = app.batches[before] ?? { tree: { entries: [] } };
    const old = app.batches[before - 1]?.tree.entries ?? [];
    expect(treeDelta(old, tree.entries).bring).toMatchObject([{ path: 'a' }]);
  });

  it('counts that leaves neither size nor time of the file changed', async () => {
    const app = await watched({ a: 'AAAA' });
    utimesSync(app.path('a'), 1, 1);
    await app.watcher.reconcile();
    const opened = await watch({ root: app.root, sourceRoot: app.root });
    const before = opened.watcher.tree().entries;
    writeFileSync(app.path('a'), 'BBBB');
    utimesSync(app.path('a'), 1, 1);
    await soon(() => expect(changes(opened)).toEqual(['~a']));
    expect(treeDelta(before, opened.watcher.tree().entries).bring).toMatchObject([{ path: 'a', mtimeMs: 1000 }]);
  });

  it('through one name of a file is one of its other names too', async () => {
    const app = await watched({ a: 'x' });
    linkSync(app.path('a'), app.path('b'));
    await soon(() => expect(changes(app)).toContain('+b'));
    const before = changes(app).length;
    writeFileSync(app.path('b'), 'longer');
    await soon(() => expect(changes(app).slice(before)).toEqual(['~a', '~b']));
  });

  it('of the mode counts', async () => {
    const app = await watched({ a: 'x' });
    chmodSync(app.path('a'), 0o755);
    await soon(() => expect(changes(app)).toEqual(['~a']));
    expect(app.watcher.tree().entries).toMatchObject([{ mode: 0o755 }]);
  });

  it('by rename is one change of the file', async () => {
    const app = await watched({ 'a.js': 'old' });
    writeFileSync(app.path('a.js.new'), 'new!');
    renameSync(app.path('a.js.new'), app.path('a.js'));
    await soon(() => expect(app.batches.length).toBeGreaterThan(0));
    await app.watcher.reconcile();
    expect(changes(app).at(-1)).toBe('~a.js');
    expect(paths(app.watcher.tree())).toEqual(['a.js']);
  });

  it('of many files by git is told when git has written the last one', async () => {
    const watching = await watched({ old: 'x' });
    const names = Array.from({ length: 30 }, (_, index) => `file-${index}`);
    writeFiles(watching.root, { '.git/index.lock': '' });
    for (const [index, name] of names.entries()) {
      writeFiles(watching.root, { [name]: 'written' });
      if (index > 10) await sleep(20);
    }
    expect(watching.batches).toEqual([]);
    rmSync(watching.path('.git/index.lock'));
    await soon(() => expect(watching.batches).toHaveLength(1));
    expect(watching.batches[0]?.tree.entries).toHaveLength(31);
  });

  it('of many files at once is told in whole trees', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `d${index % 7}/f${index}`);
    const app = await watched(Object.fromEntries(names.map((name) => [name, 'old'])));
    for (const name of names) writeFileSync(app.path(name), 'newer');
    await soon(() => expect(new Set(changes(app)).size).toBe(200));
    expect(changes(app).toSorted()).toEqual(names.map((name) => `~${name}`).toSorted());
    expect(app.batches.at(-1)?.tree).toEqual(app.watcher.tree());
  });
});

describe('a file in the middle of a save', () => {
  it('is not taken empty when its content comes in a moment', async () => {
    const app = await watched({ a: 'content' }, { debounce: 1 });
    const file = openSync(app.path('a'), 'r+');
    ftruncateSync(file, 0);
    // Written from this very tick on, but after the events of the truncation were seen.
    await new Promise((resolve) => setTimeout(resolve, 15));
    writeSync(file, 'next content', 0);
    closeSync(file);
    await soon(() => expect(changes(app)).toEqual(['~a']));
    expect(app.watcher.tree().entries).toMatchObject([{ size: 12 }]);
  });

  it('is taken empty when nothing comes', async () => {
    const app = await watched({ a: 'content' });
    writeFileSync(app.path('a'), '');
    await soon(() => expect(changes(app)).toEqual(['~a']));
    expect(app.watcher.tree().entries).toMatchObject([{ size: 0 }]);
  });

  it('is not taken for removed when it comes back in a moment', async () => {
    const app = await watched({ a: 'content' }, { debounce: 1 });
    renameSync(app.path('a'), app.path('a~'));
    await new Promise((resolve) => setTimeout(resolve, 15));
    writeFileSync(app.path('a'), 'next');
    await soon(() => expect(changes(app)).toEqual(['~a']));
  });
});

describe('removing, renaming, linking', () => {
  it('tells of a removed file', async () => {
    const app = await watched({ a: 'x', b: '' });
    unlinkSync(app.path('a'));
    await soon(() => expect(changes(app)).toEqual(['-a']));
    expect(paths(app.watcher.tree())).toEqual(['b']);
  });

  it('tells of a renamed file under both names', async () => {
    const app = await watched({ a: 'x' });
    renameSync(app.path('a'), app.path('b'));
    await soon(() => expect(changes(app)).toEqual(['-a', '+b']));
  });

  it('takes links as links and never follows them', async () => {
    const outside = tempFolder();
    const app = await watched({ a: 'x' });
    symlinkSync(outside, app.path('out'));
    await soon(() => expect(changes(app)).toEqual(['+out@']));
    writeFileSync(`${outside}/noise`, '');
    unlinkSync(app.path('out'));
    symlinkSync('a', app.path('out'));
    await soon(() => expect(changes(app).slice(1)).toEqual(['~out@']));
    expect(app.watcher.tree().entries).toMatchObject([{ path: 'a' }, { type: 'link', target: 'a' }]);
  });

  it('tells of a file that became a folder', async () => {
    const app = await watched({ a: '' });
    rmSync(app.path('a'));
    symlinkSync('nowhere', app.path('a'));
    await soon(() => expect(changes(app)).toEqual(['-a', '+a@']));
  });
});

describe('the end', () => {
  it('tells nothing more, and leaves the source untouched', async () => {
    const app = await watched({ a: 'x' });
    const before = [lstatSync(app.root).mtimeMs, readFileSync(app.path('a'), 'utf8')];
    await app.watcher.reconcile();
    expect([lstatSync(app.root).mtimeMs, readFileSync(app.path('a'), 'utf8')]).toEqual(before);
    await app.watcher.close();
    appendFileSync(app.path('a'), 'y');
    await app.watcher.reconcile();
    expect(app.batches).toEqual([]);
  });
});

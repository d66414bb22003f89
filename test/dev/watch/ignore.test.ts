import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryNames } from '../../../source/dev/watch/temporary.ts';
import { writeFiles } from '../../support/temp.ts';
import { changes, paths, soon, watched } from '../../support/watch.ts';

describe('what is ignored', () => {
  it('by the rules of the build makes no batch, and is not in the tree', async () => {
    const app = await watched({
      '.gitignore': 'kept',
      '.stiignore': '*.log\nbuild/\n',
      'build/a': '',
      'b.log': '',
      c: '',
    });
    expect(paths(app.watcher.tree())).toEqual(['.gitignore', '.stiignore', 'c']);
    writeFiles(app.root, { 'build/a': 'x', 'b.log': 'x', 'd/build/e': '' });
    await soon(() => expect(changes(app)).toEqual(['+d/']));
    writeFiles(app.root, { 'd/build/e': 'x', 'd/f.log': '' });
    await app.watcher.reconcile();
    expect(changes(app)).toEqual(['+d/']);
  });

  it('is .git, wherever it is', async () => {
    const app = await watched({ '.git/HEAD': '', 'sub/.git': '', a: '' });
    writeFiles(app.root, { '.git/HEAD': 'x', 'sub/.git': 'x', 'new/.git/HEAD': '' });
    await soon(() => expect(changes(app)).toEqual(['+new/']));
    expect(paths(app.watcher.tree())).toEqual(['a', 'new', 'sub']);
  });

  it('is what editors put down for a moment', async () => {
    const app = await watched({ a: '' });
    for (const { example } of temporaryNames) writeFileSync(app.path(example), '');
    await app.watcher.reconcile();
    expect(app.batches).toEqual([]);
    expect(paths(app.watcher.tree())).toEqual(['a']);
  });

  it('is not a folder that is called like a file of an editor', async () => {
    const app = await watched({ 'old~/a': '' });
    mkdirSync(app.path('4913'));
    await soon(() => expect(changes(app)).toEqual(['+4913/']));
    writeFileSync(app.path('old~/a'), 'x');
    await soon(() => expect(changes(app).slice(1)).toEqual(['~old~/a']));
    rmSync(app.path('4913'), { recursive: true });
    await soon(() => expect(changes(app).slice(2)).toEqual(['-4913/']));
  });
});

describe('what is rescued from an ignored folder', () => {
  const rules = { '.dockerignore': 'vendor\n!vendor/*/keep*\n.dockerignore\n' };

  it('comes and goes together with the folders that lead to it', async () => {
    const app = await watched({ ...rules, 'vendor/x/drop': '', a: '' });
    expect(paths(app.watcher.tree())).toEqual(['a']);
    writeFileSync(app.path('vendor/x/keep'), '');
    await soon(() => expect(changes(app)).toEqual(['+vendor/', '+vendor/x/', '+vendor/x/keep']));
    writeFileSync(app.path('vendor/x/drop'), 'noise');
    writeFileSync(app.path('vendor/x/keep2'), '');
    await soon(() => expect(changes(app).slice(3)).toEqual(['+vendor/x/keep2']));
    rmSync(app.path('vendor/x/keep2'));
    rmSync(app.path('vendor/x/keep'));
    await soon(() => expect(changes(app).slice(-3)).toEqual(['-vendor/x/keep', '-vendor/x/', '-vendor/']));
    expect(paths(app.watcher.tree())).toEqual(['a']);
  });

  it('is found in a folder that appears', async () => {
    const app = await watched({ ...rules, a: '' });
    writeFiles(app.root, { 'vendor/x/keep': '', 'vendor/y/drop': '' });
    await soon(() => expect(changes(app)).toEqual(['+vendor/', '+vendor/x/', '+vendor/x/keep']));
  });
});

describe('the ignore file', () => {
  it('counts at once when it is changed, and opens what it no longer ignores', async () => {
    const app = await watched({ '.stiignore': 'b/\n.stiignore\n', a: '', 'b/c': '' });
    writeFileSync(app.path('.stiignore'), 'a\n.stiignore\n');
    await soon(() => expect(changes(app)).toEqual(['-a', '+b/', '+b/c']));
    writeFileSync(app.path('b/c'), 'x');
    await soon(() => expect(changes(app).slice(3)).toEqual(['~b/c']));
    rmSync(app.path('.stiignore'));
    await soon(() => expect(changes(app).slice(4)).toEqual(['+a']));
    writeFileSync(app.path('.dockerignore'), '*\n');
    await soon(() => expect(paths(app.watcher.tree())).toEqual([]));
  });

  it('may stand at the root of the source, above the context dir', async () => {
    const app = await watched({ '.stiignore': '*.log\n', 'web/a.log': '', 'web/b': '' }, { contextDir: 'web' });
    expect(paths(app.watcher.tree())).toEqual(['b']);
    writeFileSync(join(dirname(app.root), 'other'), '');
    writeFileSync(join(dirname(app.root), '.stiignore'), '');
    await soon(() => expect(changes(app)).toEqual(['+a.log']));
  });

  it('that is wrong is a notice, and the previous rules stay', async () => {
    const app = await watched({ '.dockerignore': '*.log\n', a: '' });
    writeFileSync(app.path('.dockerignore'), '[\n');
    await soon(() => expect(changes(app)).toEqual(['~.dockerignore']));
    expect(app.notices).toEqual([expect.stringMatching(/\.dockerignore .*the previous rules/)]);
    writeFiles(app.root, { 'b.log': '', c: '' });
    await soon(() => expect(changes(app).slice(1)).toEqual(['+c']));
  });
});

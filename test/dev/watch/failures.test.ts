import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { changes, paths, soon, watch, watched } from '../../support/watch.ts';

/** chokidar as it is, except that a test can make it fail. */
const chokidar = vi.hoisted(() => ({
  watchers: new Set<{ emit: (event: 'error', error: Error) => unknown; close: () => unknown }>(),
  failure: undefined as Error | undefined,
  /** A new folder is watched only when this has happened. */
  delay: undefined as Promise<void> | undefined,
}));

vi.mock('chokidar', async (original) => {
  const real = await original<typeof import('chokidar')>();
  class FSWatcher extends real.FSWatcher {
    override add(path: string): this {
      chokidar.watchers.add(this);
      const { failure, delay } = chokidar;
      if (delay) {
        void delay.then(() => super.add(path));
        return this;
      }
      if (failure) queueMicrotask(() => this.emit('error', failure));
      return super.add(path) && this;
    }
    override close(): Promise<void> {
      chokidar.watchers.delete(this);
      return super.close();
    }
  }
  return { ...real, FSWatcher };
});

const failure = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });

function fail(error: Error): void {
  for (const watcher of [...chokidar.watchers].slice(0, 1)) watcher.emit('error', error);
}

/** So that nothing but a new look can notice what happens next. */
function goDeaf(): void {
  for (const watcher of [...chokidar.watchers]) watcher.close();
}

afterEach(() => {
  chokidar.failure = undefined;
  chokidar.delay = undefined;
  vi.unstubAllEnvs();
});

describe('reconcile', () => {
  it('reports what was missed, in one batch', async () => {
    const app = await watched({ a: 'x', 'd/b': '' });
    goDeaf();
    writeFileSync(app.path('a'), 'other');
    writeFileSync(app.path('d/c'), '');
    await app.watcher.reconcile();
    expect(app.batches).toHaveLength(1);
    expect(changes(app)).toEqual(['~a', '+d/c']);
  });

  it('reports nothing when nothing was missed', async () => {
    const app = await watched({ a: 'x' });
    await app.watcher.reconcile();
    expect(app.batches).toEqual([]);
  });
});

describe('an error of the watcher', () => {
  it('is a notice; everything is looked at again and watched anew', async () => {
    const app = await watched({ a: 'x', 'd/b': 'x' });
    const before = new Set(chokidar.watchers);
    writeFileSync(app.path('a'), 'other');
    fail(failure('EIO'));
    await soon(() => expect(changes(app)).toEqual(['~a']));
    expect(app.notices).toEqual(['watching failed, starting over: EIO: it failed']);
    expect([...chokidar.watchers].filter((watcher) => before.has(watcher))).toEqual([]);
    writeFileSync(app.path('d/b'), 'other');
    await soon(() => expect(changes(app).slice(1)).toEqual(['~d/b']));
  });

  it('that comes again and again ends in polling', async () => {
    const app = await watched({ a: 'x' });
    fail(failure('EIO'));
    await app.watcher.reconcile();
    fail(failure('EIO'));
    expect(app.notices.at(-1)).toMatch(/^watching failed: EIO: it failed: polling/);
    writeFileSync(app.path('a'), 'other');
    await soon(() => expect(changes(app)).toEqual(['~a']));
  });

  it.each(['ENOSPC', 'EMFILE'])('%s from the start means polling, with the reason', async (code) => {
    chokidar.failure = failure(code);
    const app = await watched({ a: 'x', 'd/b': 'x' });
    expect(app.notices).toEqual([expect.stringMatching(/fs\.inotify.*: polling/)]);
    expect(chokidar.watchers.size).toBe(0);
    writeFileSync(app.path('d/b'), 'other');
    await soon(() => expect(changes(app)).toEqual(['~d/b']));
  });

  it('ENOSPC when a folder is added means polling from then on', async () => {
    const app = await watched({ a: 'x' });
    chokidar.failure = failure('ENOSPC');
    mkdirSync(app.path('d'));
    await soon(() => expect(app.notices).toHaveLength(1));
    writeFileSync(app.path('d/e'), '');
    await soon(() => expect(changes(app)).toContain('+d/e'));
  });
});

describe('polling', () => {
  it('can be asked for, and then needs no notice', async () => {
    const app = await watched({ 'd/a': 'x' }, { poll: true });
    expect(chokidar.watchers.size).toBe(0);
    writeFileSync(app.path('d/a'), 'other');
    await soon(() => expect(changes(app)).toEqual(['~d/a']));
    mkdirSync(app.path('n'));
    await soon(() => expect(changes(app).slice(1)).toEqual(['+n/']));
    expect(app.notices).toEqual([]);
    expect(paths(app.watcher.tree())).toEqual(['d', 'd/a', 'n']);
  });

  it("can be asked for by chokidar's own variable", async () => {
    vi.stubEnv('CHOKIDAR_USEPOLLING', '1');
    const app = await watched({ a: 'x' });
    expect(app.notices).toEqual([expect.stringContaining('CHOKIDAR_USEPOLLING is set')]);
    writeFileSync(app.path('a'), 'other');
    await soon(() => expect(changes(app)).toEqual(['~a']));
  });

  it('ends with the watcher', async () => {
    const app = await watched({ a: 'x' }, { poll: true });
    await app.watcher.close();
    writeFileSync(app.path('a'), 'other');
    await app.watcher.reconcile();
    expect(app.batches).toEqual([]);
  });
});

describe("what can't be read", () => {
  /** No file answers to the name that Node makes of this, whoever asks. */
  const unreadable = (folder: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x62, 0xff])]);

  it('is refused at the start, as by a build', async () => {
    const app = await watched({ a: 'x' });
    await app.watcher.close();
    writeFileSync(unreadable(app.root), '');
    await expect(watch({ root: app.root, sourceRoot: app.root })).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining("can't be read"),
    });
  });

  it('is a notice later, once, and everything else goes on', async () => {
    const app = await watched({ a: 'x' });
    writeFileSync(unreadable(app.root), '');
    await app.watcher.reconcile();
    await app.watcher.reconcile();
    expect(app.notices).toEqual([expect.stringContaining("can't be read: b")]);
    writeFileSync(app.path('a'), 'other');
    await soon(() => expect(changes(app)).toEqual(['~a']));
    rmSync(unreadable(app.root));
    await app.watcher.reconcile();
    writeFileSync(unreadable(app.root), '');
    await soon(() => expect(app.notices).toHaveLength(2));
  });
});

describe('watching', () => {
  it('begins before a new folder is read, so that nothing in it is missed', async () => {
    const app = await watched({ a: '' });
    let begin = () => {};
    chokidar.delay = new Promise((resolve) => {
      begin = resolve;
    });
    const before = chokidar.watchers.size;
    mkdirSync(app.path('d'));
    await soon(() => expect(chokidar.watchers.size).toBeGreaterThan(before));
    writeFileSync(app.path('d/late'), '');
    begin();
    await soon(() => expect(changes(app)).toEqual(['+d/', '+d/late']));
  });

  it('opens no ignored folder, and of a folder that went nothing stays open', async () => {
    const app = await watched({
      '.stiignore': 'node_modules\n',
      'node_modules/x/y': '',
      '.git/objects/a': '',
      'd/e/f': '',
    });
    expect(chokidar.watchers.size).toBe(3);
    mkdirSync(app.path('n'));
    await soon(() => expect(chokidar.watchers.size).toBe(4));
    await app.watcher.close();
    expect(chokidar.watchers.size).toBe(0);
  });
});

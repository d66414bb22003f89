import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DevEvent } from '../../../source/dev/events.ts';
import { explain } from '../../../source/dev/sync/explain.ts';
import { withLessons } from '../../../source/dev/sync/knowledge.ts';
import { digestOf } from '../../../source/dev/sync/layers/read.ts';
import { Memory } from '../../../source/dev/sync/memory.ts';
import { learnNothing } from '../../../source/dev/sync/study/believe.ts';
import { fileChanges, kindsBetween } from '../../../source/dev/sync/study/changes.ts';
import { type FileChange, lessonsOf } from '../../../source/dev/sync/study/lesson.ts';
import { scanFolder } from '../../../source/tree/scan.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

const layer = (files: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      { type: 'file' as const, mode: 0o644, uid: 0, gid: 0, content },
    ]),
  );
const changed = (path: string, content: string): FileChange => ({ change: 'changed', path, content, mode: 0o644 });
const treeOf = async (root: string) => ({ root, entries: (await scanFolder(root)).entries, disposable: false });
const undeclared = () => undefined;

describe('what an image could not teach', () => {
  const before = layer({ '/app/a.js': '1', '/app/b.html': '1', '/app/stamp': '1' });
  const after = layer({ '/app/a.js': '2', '/app/b.html': '2', '/app/stamp': '2' });

  it('is told with the reason, until a file is saved alone', () => {
    const unclear = withLessons(new Map(), lessonsOf([changed('a.js', '2'), changed('b.html', '2')], before, after), 2);
    expect(explain(unclear, undeclared, 'a.js')[0]).toMatch(/nothing is known yet.*\(build 2: .*\/app\/stamp/);
    const clear = withLessons(
      unclear,
      lessonsOf([changed('a.js', '2')], layer({ '/app/a.js': '1' }), layer({ '/app/a.js': '2' })),
      3,
    );
    expect(explain(clear, undeclared, 'a.js')[0]).toContain('is only copied');
    expect(explain(clear, undeclared, 'b.html')[0]).toContain('(build 2: ');
  });

  it('takes away nothing that was learned before', () => {
    const known = withLessons(
      new Map(),
      lessonsOf([changed('a.js', '2')], layer({ '/app/a.js': '1' }), layer({ '/app/a.js': '2' })),
      2,
    );
    expect(
      withLessons(known, lessonsOf([changed('a.js', '2'), changed('b.html', '2')], before, after), 3).get(
        'changed *.js',
      ),
    ).toEqual(known.get('changed *.js'));
  });

  it('is an event, whether it is known what changed or not', async () => {
    const cache = {
      read: async () => undefined,
      write: async () => {},
      find: async () => undefined,
      store: async () => {},
      trim: async () => {},
    };
    const memory = await Memory.open(cache, { source: '/', builderId: 'b', digest: 'd' }, []);
    const events: DevEvent[] = [];
    const study = { cycle: 3, memory, emit: (event: DevEvent) => void events.push(event) };
    learnNothing([], 'there is none before', study);
    learnNothing([{ change: 'added', folder: 'lib', ending: '.js' }], 'it was much', study);
    expect(events).toMatchObject([
      { type: 'not-learned', cycle: 3, kinds: [], why: 'there is none before' },
      { type: 'not-learned', cycle: 3, kinds: ['*.js under lib/, added'], why: 'it was much' },
    ]);
    expect(explain(memory.knowledge, undeclared, 'lib/a.js')[1]).toContain('(build 3: it was much)');
  });
});

describe('the changes of a save that is looked at later', () => {
  async function saved() {
    const root = tempFolder();
    writeFiles(root, { 'a.js': 'one', 'package.json': '{}' });
    const before = await treeOf(root);
    writeFiles(root, { 'a.js': 'changed', 'package.json': '{"a":1}' });
    return { root, before, after: await treeOf(root) };
  }

  it('are those that were saved', async () => {
    const { before, after } = await saved();
    const content = digestOf(Buffer.from('changed'));
    expect(fileChanges(before.entries, after.entries, after)).toContainEqual(
      expect.objectContaining({ path: 'a.js', content }),
    );
    expect(kindsBetween(before.entries, after.entries)).toEqual([{ change: 'changed', folder: '', ending: '.js' }]);
  });

  it('are none where a file was saved again, though nobody has seen that yet', async () => {
    const { root, before, after } = await saved();
    writeFileSync(join(root, 'a.js'), 'CHANGED');
    utimesSync(join(root, 'a.js'), 1, 1);
    expect(fileChanges(before.entries, after.entries, after)).toMatch('saved again');
  });
});

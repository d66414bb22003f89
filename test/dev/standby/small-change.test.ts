import { describe, expect, it } from 'vitest';
import { readSmall, smallChange } from '../../../source/dev/standby/small-change.ts';
import { treeDelta } from '../../../source/tree/sync.ts';
import type { TreeEntry } from '../../../source/tree/tree.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

const file = (path: string, change: { size?: number; mode?: number; mtimeMs?: number } = {}) =>
  ({ type: 'file', path, size: 10, mode: 0o644, mtimeMs: 1, ...change }) as const;
const folder: TreeEntry = { type: 'directory', path: 'sub', mode: 0o755, mtimeMs: 1 };
const link: TreeEntry = { type: 'link', path: 'link', target: 'a', mode: 0o777, mtimeMs: 1 };
const before: TreeEntry[] = [file('a'), folder, file('sub/b'), link];

function small(after: TreeEntry[], old = before): string[] | undefined {
  return smallChange(old, treeDelta(old, after))?.map(({ path }) => path);
}

describe('a small change', () => {
  it('is new content of a few files', () => {
    expect(small([file('a', { size: 0 }), folder, file('sub/b', { mtimeMs: 2 }), link])).toEqual(['a', 'sub/b']);
  });

  it.each<[string, TreeEntry[]]>([
    ['a new file', [...before, file('c')]],
    ['a new folder', [...before, { ...folder, path: 'other' }]],
    ['a removed file', before.slice(1)],
    ['another mode', [file('a', { mtimeMs: 2, mode: 0o755 }), ...before.slice(1)]],
    ['another mode of a folder', [file('a'), { ...folder, mode: 0o700 }, file('sub/b'), link]],
    ['another type', [file('a'), folder, file('sub/b'), file('link')]],
    ['a link elsewhere', [file('a'), folder, file('sub/b'), { ...link, target: 'sub' }]],
    ['a new file beside new content', [file('a', { mtimeMs: 2 }), ...before.slice(1), file('c')]],
    ['nothing at all', before],
    ['a large file', [file('a', { size: 20_000 }), ...before.slice(1)]],
  ])('is not %s', (_, after) => {
    expect(small(after)).toBeUndefined();
  });

  it('is not many files', () => {
    const files = (count: number, mtimeMs: number) =>
      Array.from({ length: count }, (_, n) => file(`f${n}`, { mtimeMs }));
    expect(small(files(20, 2), files(20, 1))).toHaveLength(20);
    expect(small(files(21, 2), files(21, 1))).toBeUndefined();
  });

  it('is not a file whose name the gate could not read', () => {
    expect(small([file('a\nb', { mtimeMs: 2 })], [file('a\nb')])).toBeUndefined();
  });
});

describe('readSmall', () => {
  it('reads the files', () => {
    const root = tempFolder();
    writeFiles(root, { 'sub/b': '0123456789' });
    expect(readSmall(root, [file('sub/b')])).toEqual([{ path: 'sub/b', content: Buffer.from('0123456789') }]);
  });

  it('gives up what is too large only as the gate gets it', () => {
    const root = tempFolder();
    writeFiles(root, { text: 'x'.repeat(10_000), bytes: Buffer.alloc(10_000) });
    expect(readSmall(root, [file('text', { size: 10_000 })])).toHaveLength(1);
    expect(readSmall(root, [file('bytes', { size: 10_000 })])).toBeUndefined();
  });

  it('refuses a file that has another size by now', () => {
    const root = tempFolder();
    writeFiles(root, { a: 'short' });
    expect(() => readSmall(root, [file('a')])).toThrow('changed while it was read');
  });
});

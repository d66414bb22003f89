import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePaths, entriesBelow, entriesIn, placeOf, withUpdates } from '../../../source/dev/watch/sorted.ts';
import type { TreeEntry } from '../../../source/tree/tree.ts';

const leaf = (path: string, mtimeMs = 0): TreeEntry => ({ type: 'file', path, size: 0, mode: 0o644, mtimeMs });
const folder = (path: string): TreeEntry => ({ type: 'directory', path, mode: 0o755, mtimeMs: 0 });

/** `-` and `.` sort before `/` as characters, which is what a naive order gets wrong. */
const names = fc.constantFrom('a', 'a-', 'a.b', 'b', 'A', 'é', '0');
const leafPaths = fc.uniqueArray(
  fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) =>
    parts
      .map((part) => `d${part}`)
      .join('/')
      .concat('_'),
  ),
);

/** A whole tree in the order in which a walk meets it. */
function treeOf(leaves: readonly string[]): TreeEntry[] {
  const folders = new Set(
    leaves.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, i, all) => all.slice(0, i + 1).join('/')),
    ),
  );
  const all = [...leaves.map((path) => leaf(path)), ...[...folders].map(folder)];
  const walk = (inside: string): TreeEntry[] =>
    all
      .filter(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) === inside)
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .flatMap((entry) => (entry.type === 'directory' ? [entry, ...walk(entry.path)] : [entry]));
  return walk('');
}

describe('comparePaths', () => {
  it('puts a folder before what is in it, and all of that before its next sibling', () => {
    expect(['a.b', 'a/c', 'b', 'a-', 'a', 'a/c/d'].sort(comparePaths)).toEqual(['a', 'a/c', 'a/c/d', 'a-', 'a.b', 'b']);
  });

  it('is the order of a walk', () => {
    fc.assert(
      fc.property(leafPaths, (leaves) => {
        const tree = treeOf(leaves);
        expect(tree.toSorted((a, b) => comparePaths(a.path, b.path))).toEqual(tree);
      }),
    );
  });
});

describe('entriesBelow, entriesIn', () => {
  it('find the same as a search through everything', () => {
    fc.assert(
      fc.property(leafPaths, (leaves) => {
        const tree = treeOf(leaves);
        for (const inside of ['', ...tree.map(({ path }) => path), 'nowhere']) {
          const below = tree.filter(({ path }) => inside === '' || path.startsWith(`${inside}/`));
          expect(entriesBelow(tree, inside)).toEqual(below);
          const depth = inside === '' ? 1 : inside.split('/').length + 1;
          expect(entriesIn(tree, inside)).toEqual(below.filter(({ path }) => path.split('/').length === depth));
        }
        for (const [index, { path }] of tree.entries()) expect(placeOf(tree, path)).toBe(index);
      }),
    );
  });
});

describe('withUpdates', () => {
  it('gives what sorting everything anew would give, and leaves the old list alone', () => {
    fc.assert(
      fc.property(leafPaths, leafPaths, leafPaths, (before, removed, set) => {
        const tree = treeOf(before);
        const kept = [...tree];
        const updates = new Map<string, TreeEntry | undefined>();
        for (const path of removed) updates.set(path, undefined);
        for (const path of set) updates.set(path, leaf(path, 1));
        const expected = new Map(tree.map((entry) => [entry.path, entry]));
        for (const [path, entry] of updates) {
          if (entry) expected.set(path, entry);
          else expected.delete(path);
        }
        expect(
          withUpdates(
            tree,
            [...updates].sort(([a], [b]) => comparePaths(a, b)),
          ),
        ).toEqual([...expected.values()].sort((a, b) => comparePaths(a.path, b.path)));
        expect(tree).toEqual(kept);
      }),
    );
  });
});

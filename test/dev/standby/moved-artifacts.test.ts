import { describe, expect, it } from 'vitest';
import { movesMany } from '../../../source/dev/standby/moved-artifacts.ts';
import type { FileTree, TreeEntry } from '../../../source/tree/tree.ts';

const file = (path: string, size = 10): TreeEntry => ({ type: 'file', path, mode: 0o644, mtimeMs: 0, size });
const tree = (...entries: TreeEntry[]): FileTree => ({ root: '/saved', entries, disposable: false });
const many = Array.from({ length: 200 }, (_, index) => file(`store/${index}`));

describe('whether many artifacts are moved', () => {
  it('shows in what is gone from their folder', () => {
    expect(movesMany(tree(...many), [])).toBe(true);
    expect(movesMany(tree(...many), ['store'])).toBe(false);
  });

  it('counts only what has gone', () => {
    expect(movesMany(tree(file('a'), ...many), ['store'])).toBe(false);
    expect(movesMany(tree(file('a'), ...many), ['a'])).toBe(true);
  });

  it('is no for a few small files, and yes for a large one', () => {
    expect(movesMany(tree(file('a'), file('b')), [])).toBe(false);
    expect(movesMany(tree(file('a', 50_000_000)), [])).toBe(true);
  });
});

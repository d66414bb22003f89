import { describe, expect, it } from 'vitest';
import { resolveInTree } from '../../source/tree/resolve.ts';
import type { FileTree, TreeEntry } from '../../source/tree/tree.ts';

/** A name with `→` is a link, one with `/` at its end a folder. */
function treeOf(...names: readonly string[]): FileTree {
  const entries = names.map((name): TreeEntry => {
    const [path = '', target] = name.split(' → ');
    if (target !== undefined) return { type: 'link', path, target, mode: 0o777, mtimeMs: 0 };
    if (path.endsWith('/')) return { type: 'directory', path: path.slice(0, -1), mode: 0o755, mtimeMs: 0 };
    return { type: 'file', path, size: 0, mode: 0o644, mtimeMs: 0 };
  });
  return { root: '/source', entries, disposable: false };
}

describe('resolveInTree', () => {
  it.each([
    ['a file', ['bin/', 'bin/run'], 'bin/run'],
    ['a link', ['bin/', 'bin/run → ../real/run.sh', 'real/', 'real/run.sh'], 'real/run.sh'],
    ['a file behind a link', ['bin → deploy/s2i', 'deploy/', 'deploy/s2i/', 'deploy/s2i/run'], 'deploy/s2i/run'],
    ['a chain of links', ['bin → a', 'a → b/', 'b/', 'b/run → ./x', 'b/x → ../bin/y', 'b/y'], 'b/y'],
    ['.. behind a link, as the kernel has it', ['bin → x/y', 'x/', 'x/run', 'x/y/', 'x/y/run → ../run'], 'x/run'],
  ])('follows %s', (_, names, path) => {
    expect(resolveInTree(treeOf(...names), 'bin/run')).toMatchObject({ outcome: 'found', entry: { path } });
  });

  it.each([
    ['nothing', []],
    ['a folder without it', ['bin/']],
    ['a file in place of its folder', ['bin']],
    ['a link to a folder without it', ['bin → real', 'real/']],
  ])('finds nothing where there is %s', (_, names) => {
    expect(resolveInTree(treeOf(...names), 'bin/run')).toEqual({ outcome: 'absent' });
  });

  it.each([
    ['a dangling link', ['bin/', 'bin/run → nowhere'], 'bin/run', /nothing/],
    ['a folder that is a dangling link', ['bin → nowhere'], 'bin', /nothing/],
    ['a link to itself', ['bin/', 'bin/run → run'], 'bin/run', /nothing/],
    ['an absolute link', ['bin/', 'bin/run → /bin/sh'], 'bin/run', /out of/],
    ['a link above the root', ['bin/', 'bin/run → ../../run', 'run'], 'bin/run', /out of/],
    ['a link that leaves and comes back', ['bin/', 'bin/run → ../../source/run', 'run'], 'bin/run', /out of/],
    ['a link through a file', ['bin/', 'bin/run → ../run/x', 'run'], 'bin/run', /nothing/],
  ])('names the link where there is %s', (_, names, link, leads) => {
    const expected = { outcome: 'wrong-link', link, leads: expect.stringMatching(leads) };
    expect(resolveInTree(treeOf(...names), 'bin/run')).toEqual(expected);
  });
});

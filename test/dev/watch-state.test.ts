import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../source/dev/watch-hash.ts';
import { createTreeState, isKnown, type Known } from '../../source/dev/watch-state.ts';
import { tempFolderOfFile } from '../support/temp.ts';

interface FileFacts {
  readonly size?: number;
  readonly mode?: number;
  readonly mtimeMs?: number;
  readonly inode?: number;
  readonly hash?: string;
}

function file(path: string, { size = 1, mode = 0o644, mtimeMs = 5, inode = 1, hash }: FileFacts = {}): Known {
  const entry = { type: 'file', path, size, mode, mtimeMs } as const;
  return { entry, inode, seenAt: 1000, ...(hash !== undefined && { hash }) };
}

function folder(path: string, mode = 0o755): Known {
  return { entry: { type: 'directory', path, mode, mtimeMs: 0 }, inode: 1, seenAt: 1000 };
}

function link(path: string, target: string): Known {
  return { entry: { type: 'link', path, target, mode: 0o777, mtimeMs: 0 }, inode: 1, seenAt: 1000 };
}

function changesFrom(before: readonly Known[], ...updates: (readonly [string, Known | undefined])[]): string[] {
  const state = createTreeState();
  state.apply(new Map(before.map((known) => [known.entry.path, known])));
  return state.apply(new Map(updates)).map(({ kind, path, type }) => `${kind} ${type} ${path}`);
}

describe('what counts as a change', () => {
  it('is size, mode, link target, or a file of other content in its place', () => {
    const before = [file('a')];
    expect(changesFrom(before, ['a', file('a', { size: 2 })])).toEqual(['changed file a']);
    expect(changesFrom(before, ['a', file('a', { mode: 0o755 })])).toEqual(['changed file a']);
    expect(changesFrom(before, ['a', file('a', { mtimeMs: 6 })])).toEqual(['changed file a']);
    expect(changesFrom(before, ['a', file('a', { inode: 2 })])).toEqual(['changed file a']);
    expect(changesFrom([link('l', 'x')], ['l', link('l', 'y')])).toEqual(['changed link l']);
    expect(changesFrom([folder('d')], ['d', folder('d', 0o700)])).toEqual(['changed directory d']);
  });

  it('is not a new time of the same content', () => {
    const before = [file('a', { hash: 'h' }), folder('d')];
    expect(changesFrom(before, ['a', file('a', { mtimeMs: 9, inode: 7, hash: 'h' })], ['d', folder('d')])).toEqual([]);
    expect(changesFrom(before, ['a', file('a', { hash: 'other' })])).toEqual(['changed file a']);
  });

  it('is removed and added where a file becomes a folder, and back', () => {
    expect(changesFrom([file('a')], ['a', folder('a')], ['a/b', file('a/b')])).toEqual([
      'removed file a',
      'added directory a',
      'added file a/b',
    ]);
    expect(changesFrom([folder('a'), file('a/b')], ['a', link('a', 'x')], ['a/b', undefined])).toEqual([
      'removed file a/b',
      'removed directory a',
      'added link a',
    ]);
  });

  it('comes with parents before children when added, and after them when removed', () => {
    const tree = [file('z/b/c'), folder('z/b'), folder('z')];
    expect(changesFrom([], ...tree.map((known) => [known.entry.path, known] as const))).toEqual([
      'added directory z',
      'added directory z/b',
      'added file z/b/c',
    ]);
    expect(changesFrom(tree, ['z', undefined], ['z/b', undefined], ['z/b/c', undefined])).toEqual([
      'removed file z/b/c',
      'removed directory z/b',
      'removed directory z',
    ]);
  });
});

describe('createTreeState', () => {
  it('hands out lists that do not change later', () => {
    const state = createTreeState();
    state.apply(new Map([['a', file('a')]]));
    const before = state.entries();
    state.apply(new Map([['a', undefined]]));
    expect(before).toHaveLength(1);
    expect(state.entries()).toEqual([]);
  });
});

describe('contentHash', () => {
  const root = tempFolderWith('a', 'content');
  const unknown = file('a');
  const hash = contentHash(root, unknown, file('a', { mtimeMs: 6 }), 1);

  it('is taken at the first touch', () => {
    expect(hash).toMatch(/^[\w+/]{27}=$/);
  });

  it('stays without reading where nothing changed', () => {
    expect(contentHash('/nowhere', file('a', { hash: 'h' }), file('a'), 1)).toBe('h');
    expect(contentHash('/nowhere', unknown, file('a'), 1)).toBeUndefined();
  });

  it('is taken again where the file was written while it was last looked at', () => {
    const early: Known = { ...file('a', { mtimeMs: 995, hash: 'h' }), seenAt: 1000 };
    expect(contentHash(root, early, file('a', { mtimeMs: 995 }), 1)).toBe(hash);
    expect(isKnown(early, file('a', { mtimeMs: 995 }))).toBe(false);
    expect(isKnown(file('a', { hash: 'h' }), file('a'))).toBe(true);
  });

  it('is not taken of many files at once, unless it decides', () => {
    expect(contentHash(root, unknown, file('a', { mtimeMs: 6 }), 500)).toBeUndefined();
    expect(contentHash(root, file('a', { hash: 'h' }), file('a', { mtimeMs: 6 }), 500)).toBe(hash);
    expect(contentHash(root, file('a', { hash: 'h' }), file('a', { size: 2 }), 500)).toBeUndefined();
  });

  it('is not taken of a very large file or one that went away', () => {
    expect(contentHash(root, unknown, file('a', { size: 9 * 2 ** 20 }), 1)).toBeUndefined();
    expect(contentHash('/nowhere', unknown, file('a', { mtimeMs: 6 }), 1)).toBeUndefined();
  });
});

function tempFolderWith(name: string, content: string): string {
  const folder = tempFolderOfFile();
  writeFileSync(join(folder, name), content);
  return folder;
}

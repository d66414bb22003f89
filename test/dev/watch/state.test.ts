import { describe, expect, it } from 'vitest';
import { createTreeState, isKnown, type Snapshot, wasSeenTooEarly } from '../../../source/dev/watch/state.ts';

interface FileFacts {
  readonly size?: number;
  readonly mode?: number;
  readonly mtimeMs?: number;
  readonly inode?: number;
  readonly ctimeMs?: number;
  readonly hash?: string;
  readonly version?: number;
  readonly seenAt?: number;
}

function file(path: string, facts: FileFacts = {}): Snapshot {
  const { size = 1, mode = 0o644, mtimeMs = 5, inode = 1, ctimeMs = mtimeMs, seenAt = 9_000, hash, version } = facts;
  const entry = { type: 'file', path, size, mode, mtimeMs, ...(version !== undefined && { version }) } as const;
  return { entry, inode, ctimeMs, seenAt, ...(hash !== undefined && { hash }) };
}

function folder(path: string, mode = 0o755): Snapshot {
  return { entry: { type: 'directory', path, mode, mtimeMs: 0 }, inode: 1, ctimeMs: 0, seenAt: 9_000 };
}

function link(path: string, target: string): Snapshot {
  return { entry: { type: 'link', path, target, mode: 0o777, mtimeMs: 0 }, inode: 1, ctimeMs: 0, seenAt: 9_000 };
}

function changesFrom(before: readonly Snapshot[], ...updates: (readonly [string, Snapshot | undefined])[]): string[] {
  const state = createTreeState();
  state.apply(new Map(before.map((known) => [known.entry.path, known])));
  return state.apply(new Map(updates)).map(({ kind, path, type }) => `${kind} ${type} ${path}`);
}

describe('what counts as a change', () => {
  it('is mode, link target, or another version of a file', () => {
    const before = [file('a')];
    expect(changesFrom(before, ['a', file('a', { mode: 0o755 })])).toEqual(['changed file a']);
    expect(changesFrom(before, ['a', file('a', { version: 1 })])).toEqual(['changed file a']);
    expect(changesFrom([link('l', 'x')], ['l', link('l', 'y')])).toEqual(['changed link l']);
    expect(changesFrom([folder('d')], ['d', folder('d', 0o700)])).toEqual(['changed directory d']);
  });

  it('is not a new time of the same content', () => {
    const before = [file('a', { version: 3 }), folder('d')];
    const now = file('a', { mtimeMs: 9, inode: 7, version: 3 });
    expect(changesFrom(before, ['a', now], ['d', folder('d')])).toEqual([]);
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

describe('isKnown', () => {
  const before = file('a', { ctimeMs: 7 });

  it('holds while the system says that nothing was done', () => {
    expect(isKnown(before, file('a', { ctimeMs: 7 }))).toBe(true);
  });

  it.each([
    ['size', { size: 2 }],
    ['mode', { mode: 0o600 }],
    ['modification time', { mtimeMs: 4 }],
    ['inode', { inode: 2 }],
    ['change time, forwards', { ctimeMs: 8 }],
    ['change time, by a clock that was set back', { ctimeMs: 6 }],
  ] as const)('does not hold with another %s', (_, facts) => {
    expect(isKnown(before, file('a', { ctimeMs: 7, ...facts }))).toBe(false);
  });

  it('does not hold where the file was seen within the tick of its last write', () => {
    const early = file('a', { ctimeMs: 8_990 });
    expect(isKnown(early, file('a', { ctimeMs: 8_990 }))).toBe(false);
  });
});

describe('wasSeenTooEarly', () => {
  it('allows for the ticks of a clock, for whole seconds, and for a clock that was set back', () => {
    const seen = [8_979.5, 8_980.5, 7_000, 6_000, 99_000.5].map((ctimeMs) => wasSeenTooEarly(file('a', { ctimeMs })));
    expect(seen).toEqual([false, true, true, false, true]);
  });
});

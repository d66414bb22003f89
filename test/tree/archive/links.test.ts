import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkStaysInside, safePath } from '../../../source/tree/archive/links.ts';
import { temporaryFolder } from '../../support/tree.ts';

describe('linkStaysInside', () => {
  it.each([
    ['a/b', '../c', 'yes'],
    ['a/b', '..', 'yes'],
    ['a', 'missing/x', 'yes'],
    ['a', '.', 'yes'],
    ['a', './x..', 'yes'],
    ['a', '/etc/passwd', 'no'],
    ['a', '..', 'no'],
    ['a/b', '../../c', 'no'],
    ['a', 'b/../..', 'no'],
    ['a', '', 'no'],
    ['a', 'b/../c', 'winding'],
    ['a/b', '../x/./..', 'winding'],
  ])('%s -> %s: %s', (path, target, verdict) => {
    expect(linkStaysInside(path, target)).toBe(verdict);
  });

  it('gives a "yes" that holds on a real filesystem, whatever other links are there', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const target = fc
      .array(fc.constantFrom('a', 'b', '..', '.'), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.array(fc.tuple(path, target), { maxLength: 6 }), (links) => {
        const root = realpathSync(temporaryFolder());
        for (const [at, to] of links) {
          if (linkStaysInside(at, to) !== 'yes') continue;
          tryTo(() => placeLink(root, at, to));
        }
        for (const [at] of links) {
          const real = tryTo(() => realpathSync.native(join(root, at)));
          if (real !== undefined) expect(real === root || real.startsWith(`${root}/`)).toBe(true);
        }
      }),
    );
  });
});

function placeLink(root: string, path: string, target: string): void {
  const parent = dirname(join(root, path));
  mkdirSync(parent, { recursive: true });
  if (realpathSync(parent) === parent) symlinkSync(target, join(root, path));
}

function tryTo<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

describe('safePath', () => {
  it.each([
    ['a/b', 'a/b'],
    ['./a//b/', 'a/b'],
    ['.', ''],
    ['a/...', 'a/...'],
    ['/a', undefined],
    ['../a', undefined],
    ['a/../b', undefined],
    ['a/..', undefined],
    ['a\0b', undefined],
  ])('%j is %j', (name, path) => {
    expect(safePath(name)).toBe(path);
  });

  it('gives nothing but paths that stay inside', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('.', '/', 'a', '\0', ' ') }), (name) => {
        const path = safePath(name);
        if (path !== undefined) expect(join('/root', path).startsWith('/root')).toBe(true);
      }),
    );
  });
});

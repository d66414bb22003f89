import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizePath } from '../../source/protocol/posix-path.ts';

describe('normalizePath', () => {
  it.each([
    ['/usr/libexec/s2i/', '/usr/libexec/s2i'],
    ['//usr///libexec', '/usr/libexec'],
    ['/a/./b/../c', '/a/c'],
    ['/../../a', '/a'],
    ['a/b', '/a/b'],
    ['/', '/'],
    ['', '/'],
  ])('turns %j into %j', (path, normal) => {
    expect(normalizePath(path)).toBe(normal);
  });

  it('gives an absolute path without empty or dotted parts, which stays the same', () => {
    const path = fc
      .array(fc.constantFrom('/', '.', '..', 'a', 'b.c', '/x/'), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(path, (text) => {
        const normal = normalizePath(text);
        expect(normal).toMatch(/^\/(?:$|[^/])/);
        expect(normal.split('/').slice(1, -1)).not.toEqual(expect.arrayContaining(['']));
        expect(normal.split('/')).not.toEqual(expect.arrayContaining(['..']));
        expect(normalizePath(normal)).toBe(normal);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonPlaces, foldersAbove, isOfTheApplication } from '../../../source/verify/observe/places.ts';

describe('the places that archives are asked of', () => {
  it.each<[string, string[], number, string[]]>([
    ['the files themselves where they are few', ['/app/a', '/app/b'], 2, ['/app/a', '/app/b']],
    ['their folder where they are many', ['/app/a', '/app/b', '/app/c'], 2, ['/app']],
    ['the deepest ones are joined first', ['/app/a/b/c', '/app/a/b/d', '/etc/x'], 2, ['/app/a/b', '/etc/x']],
    ['nothing twice', ['/app', '/app/a', '/app/a/b'], 5, ['/app']],
    ['everything where nothing else is left', ['/a', '/b', '/c'], 2, ['/']],
    ['nothing', [], 2, []],
  ])('are %s', (_name, paths, limit, places) => expect(commonPlaces(paths, limit)).toEqual(places));

  it('are few, and none of the paths is outside of them', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c', 'dd'), { minLength: 1, maxLength: 5 })
      .map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(fc.array(path), fc.integer({ min: 1, max: 5 }), (paths, limit) => {
        const places = commonPlaces(paths, limit);
        expect(places.length).toBeLessThanOrEqual(limit);
        const covered = (one: string) => [one, ...foldersAbove(one), '/'].some((folder) => places.includes(folder));
        expect(paths.filter((one) => !covered(one))).toEqual([]);
      }),
    );
  });

  it('are not those of the engine, nor of what is gone with the container', () => {
    const paths = [
      '/app/x',
      '/tmp/x',
      '/etc/hosts',
      '/etc/hostsfile',
      '/run/x',
      '/running',
      '/app/a.pyc',
      '/app/tmp/x',
    ];
    expect(paths.filter(isOfTheApplication)).toEqual(['/app/x', '/etc/hostsfile', '/running', '/app/tmp/x']);
  });
});

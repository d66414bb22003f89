import { describe, expect, it } from 'vitest';
import { foundTwice } from '../../../components/artifacts/twice.ts';
import type { ChangedFile } from '../../../source/build/events.ts';

const file = (path: string, bytes = 5_000, kind: ChangedFile['kind'] = 'added'): ChangedFile => ({ path, bytes, kind });

describe('what an image has twice', () => {
  it('is told by the folders below which the same paths are', () => {
    const changes = ['a.js', 'lib/b.js'].flatMap((name) => [file(`/opt/app/${name}`), file(`/tmp/src/${name}`)]);
    expect(foundTwice(changes)).toEqual([{ places: ['opt/app', 'tmp/src'], files: 2, bytes: 10_000 }]);
  });

  it('is not a file of the same name and another size, nor a small one', () => {
    expect(foundTwice([file('/a/x.js', 5_000), file('/b/x.js', 5_001)])).toEqual([]);
    expect(foundTwice([file('/a/empty.js', 0), file('/b/empty.js', 0)])).toEqual([]);
  });

  it('is what was replaced of the builder, whose layers keep it', () => {
    expect(foundTwice([file('/etc/passwd', 900, 'changed'), file('/etc/group', 100, 'changed')])).toEqual([
      { places: ['etc', ''], files: 2, bytes: 1_000 },
    ]);
  });

  it('stands with what takes most room first', () => {
    const changes = [file('/a/x', 2_000), file('/b/x', 2_000), file('/c/y', 9_000), file('/d/y', 9_000)];
    expect(foundTwice(changes).map(({ bytes }) => bytes)).toEqual([9_000, 2_000]);
  });
});

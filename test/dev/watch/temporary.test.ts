import { describe, expect, it } from 'vitest';
import { isTemporaryName, temporaryNames } from '../../../source/dev/watch/temporary.ts';

describe('isTemporaryName', () => {
  it.each(temporaryNames.map(({ example, madeBy }) => [example, madeBy]))('knows %s of %s', (example) => {
    expect(isTemporaryName(example)).toBe(true);
  });

  it('needs every row of its table', () => {
    for (const { example, pattern } of temporaryNames) {
      const others = temporaryNames.filter((row) => row.pattern !== pattern && row.pattern.test(example));
      expect(others.map((row) => row.pattern)).toEqual([]);
    }
  });

  it.each([
    'app.js',
    '4913.html',
    '.env',
    '.icon.svg',
    '.swatch',
    'movie.swf',
    '#1.md',
    '.subscription',
    '.github',
    '.nfs-notes',
    'DS_Store',
    'a.tmp',
    'goutputstream',
  ])('leaves %s alone', (name) => {
    expect(isTemporaryName(name)).toBe(false);
  });
});

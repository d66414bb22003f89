import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkAt, withLinks } from '../../../components/log/links.ts';
import { plainText } from '../../../source/terminal/plain.ts';

const here = (path: string) => (/(^|\/)src\/app\.js$/.test(path) ? 'src/app.js' : undefined);
const withoutLinks = (text: string) => text.replace(/\x1b\]8;;[^\x1b]*\x1b\\/g, '');

describe('links', () => {
  it.each([
    ['at http://localhost:8080/a?b=c, now', 'http://localhost:8080/a?b=c'],
    ['see /opt/app-root/src/app.js:12:3 there', 'src/app.js:12'],
    ['  File "/opt/src/app.js", line 7, in x', 'src/app.js:7'],
    ['at x (src/app.js:3)', 'src/app.js:3'],
    ['look into /opt/src/app.js.', 'src/app.js:undefined'],
    ['src/app.js.map', undefined],
    ['http://localhost:80…', undefined],
    ['/opt/other.js:12', undefined],
    ['version 1.2.3', undefined],
  ])('of %j lead to %s', (row, expected) => {
    const found = Array.from(row, (_letter, column) => linkAt(row, column, here)).find((link) => link !== undefined);
    const target = found && ('url' in found ? found.url : `${found.path}:${found.line}`);
    expect(target).toBe(expected);
  });

  it('are written round their words, through colours, and change nothing that is shown', () => {
    expect(withLinks('a \x1b[31msrc/\x1b[0mapp.js:12 b', here, '/home/me')).toBe(
      'a \x1b]8;;file:///home/me/src/app.js\x1b\\\x1b[31msrc/\x1b[0mapp.js:12\x1b]8;;\x1b\\ b',
    );
    const part = fc.constantFrom('a', ' ', '漢', '\x1b[31m', '\x1b[0m', 'http://x.y/z', 'src/app.js:1', '│', '.');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const row = parts.join('');
        expect(withoutLinks(withLinks(row, here, '/f'))).toBe(row);
        const ends = withLinks(row, here, '/f').match(/\x1b\]8;;\x1b\\/g)?.length ?? 0;
        expect((withLinks(row, here, '/f').match(/\x1b\]8;;./g)?.length ?? 0) - ends).toBe(ends);
        expect(plainText(withoutLinks(withLinks(row, here, '/f')))).toBe(plainText(row));
      }),
    );
  });
});

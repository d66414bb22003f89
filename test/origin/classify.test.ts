import { describe, expect, it } from 'vitest';
import { classifySource, hasArchiveName, type Look } from '../../source/origin/classify.ts';

const nothing: Look = () => undefined;
const lookIn =
  (there: Readonly<Record<string, 'folder' | 'file'>>): Look =>
  (path) =>
    there[path];

describe('classifySource', () => {
  it.each([
    ['git://host/app.git', 'git://host/app.git', undefined],
    ['https://host/app.git', 'https://host/app.git', undefined],
    ['https://host/app', 'https://host/app', undefined],
    ['http://host/app#v1.2', 'http://host/app', 'v1.2'],
    ['ssh://git@host:22/app.git#main', 'ssh://git@host:22/app.git', 'main'],
    ['file:///srv/app.git', 'file:///srv/app.git', undefined],
    ['file:/srv/app.git#v1', 'file:///srv/app.git', 'v1'],
    ['git@host:team/app', 'git@host:team/app', undefined],
    ['git@host:team/app.git#fix#12', 'git@host:team/app.git', 'fix#12'],
    ['host:team/app.git', 'host:team/app.git', undefined],
    ['https://host/app#', 'https://host/app', undefined],
  ])('takes %s for a git repository', (text, url, ref) => {
    expect(classifySource(text, nothing)).toEqual({ kind: 'git', url, ...(ref && { ref }) });
  });

  it.each(['tar', 'tar.gz', 'tgz', 'zip', 'tar.bz2', 'tar.xz'])(
    'takes an http URL that ends in .%s for a download',
    (ending) => {
      expect(classifySource(`https://host/app.${ending}`, nothing)).toEqual({
        kind: 'download',
        url: `https://host/app.${ending}`,
      });
    },
  );

  it('looks at the path of a URL, not at its query', () => {
    expect(classifySource('https://host/app.zip?token=a', nothing)).toMatchObject({ kind: 'download' });
    expect(classifySource('https://host/app?file=a.zip', nothing)).toMatchObject({ kind: 'git' });
  });

  it('takes what is there on this machine before it thinks of URLs', () => {
    expect(classifySource('git@host:app.git', lookIn({ 'git@host:app.git': 'folder' }))).toEqual({
      kind: 'folder',
      path: 'git@host:app.git',
    });
    expect(classifySource('app.zip', lookIn({ 'app.zip': 'file' }))).toEqual({ kind: 'file', path: 'app.zip' });
  });

  it('takes a bare repository for git, and another folder with such a name as it is', () => {
    const bare = {
      'app.git': 'folder',
      'app.git/HEAD': 'file',
      'app.git/objects': 'folder',
      'app.git/refs': 'folder',
    } as const;
    expect(classifySource('app.git', lookIn(bare))).toEqual({ kind: 'git', url: 'app.git' });
    expect(classifySource('app.git', lookIn({ 'app.git': 'folder' }))).toEqual({ kind: 'folder', path: 'app.git' });
  });

  it('takes a local folder with #ref for that repository at that ref', () => {
    expect(classifySource('./app#v1', lookIn({ './app': 'folder' }))).toEqual({ kind: 'git', url: './app', ref: 'v1' });
    expect(classifySource('a#b#v1', lookIn({ 'a#b': 'folder' }))).toEqual({ kind: 'git', url: 'a#b', ref: 'v1' });
  });

  it('takes a folder whose own name has a # as it is', () => {
    expect(classifySource('a#b', lookIn({ a: 'folder', 'a#b': 'folder' }))).toEqual({ kind: 'folder', path: 'a#b' });
  });

  it.each(['--upload-pack=x', '-', 'https://host/app#--exec=x'])(
    'refuses %s, which git would read as an option',
    (text) => {
      expect(() => classifySource(text, nothing)).toThrow(
        expect.objectContaining({ code: 'source', message: expect.stringContaining(text) }),
      );
    },
  );

  it.each(['nowhere', './a/b', 'C:\\app', 'ftp://host/app', 'a/b:c.git', ''])(
    'says what SOURCE may be when %j is none of it',
    (text) => {
      expect(() => classifySource(text, nothing)).toThrow(
        expect.objectContaining({
          code: 'source',
          message: expect.stringContaining(JSON.stringify(text)),
          hint: expect.stringContaining('git://'),
        }),
      );
    },
  );
});

describe('hasArchiveName', () => {
  it('knows archives by their ending, whatever its case', () => {
    expect(['a.TGZ', 'a.tar.gz', 'a.zip'].every(hasArchiveName)).toBe(true);
    expect(['a.war', 'a.gz', 'zip', 'a.zip.txt'].some(hasArchiveName)).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describePlace,
  formatScriptsUrl,
  parseScriptsUrl,
  type ScriptUrl,
  scriptNames,
  scriptPlaces,
  scriptUrlFor,
} from '../../source/protocol/script-places.ts';

function parse(text: string): ScriptUrl {
  const url = parseScriptsUrl(text);
  if (url === undefined) throw new Error(`${text} is refused`);
  return url;
}

describe('parseScriptsUrl', () => {
  it.each([
    ['http://h/p', { scheme: 'http', url: 'http://h/p' }],
    ['https://h:8443/p//', { scheme: 'https', url: 'https://h:8443/p' }],
    ['HTTP://h/', { scheme: 'http', url: 'http://h' }],
    ['http://h/p/?a=b/', { scheme: 'http', url: 'http://h/p?a=b/' }],
    ['file:/scripts', { scheme: 'file', url: 'file:///scripts' }],
    ['file:///my scripts/', { scheme: 'file', url: 'file:///my scripts' }],
    ['file://./scripts', { scheme: 'file', url: 'file://./scripts' }],
    ['file:///', { scheme: 'file', url: 'file:///' }],
    ['image:///usr/libexec/s2i', { scheme: 'image', path: '/usr/libexec/s2i' }],
    ['image:///tmp//scripts/', { scheme: 'image', path: '/tmp/scripts' }],
    ['image://usr/libexec/s2i', { scheme: 'image', path: '/usr/libexec/s2i' }],
    [' image:///a/./b/../c ', { scheme: 'image', path: '/a/c' }],
  ])('reads %j', (text, url) => {
    expect(parse(text)).toEqual(url);
  });

  it.each([
    '',
    'scripts',
    '/scripts',
    'ftp://h/p',
    'http://',
    'http:///',
    'image://',
    'http://h:port/',
    's3:x',
    'file:///%',
  ])('refuses %j', (text) => {
    expect(parseScriptsUrl(text)).toBeUndefined();
  });

  it('reads back what it wrote', () => {
    for (const text of ['http://h/p?a=b/', 'file://./scripts', 'image:///usr/libexec/s2i']) {
      expect(formatScriptsUrl(parse(text))).toBe(text);
    }
  });
});

describe('scriptUrlFor', () => {
  it.each([
    ['http://h/p/', 'http://h/p/run'],
    ['http://h', 'http://h/run'],
    ['http://h/p?token=x&a=b/', 'http://h/p/run?token=x&a=b/'],
    ['http://h/p#top', 'http://h/p/run'],
    ['file:///', 'file:///run'],
    ['file:///what?', 'file:///what?/run'],
  ])('puts the name into the path of %j', (text, url) => {
    expect(scriptUrlFor(parse(text), 'run')).toMatchObject({ url });
  });

  it('makes a path in the image without double slashes', () => {
    expect(scriptUrlFor(parse('image:///'), 'run')).toEqual({ scheme: 'image', path: '/run' });
    expect(scriptUrlFor(parse('image:///tmp/scripts/'), 'run')).toEqual({ scheme: 'image', path: '/tmp/scripts/run' });
  });

  it('ends the path with the name and keeps host and query, for any folder', () => {
    // Dotted parts are left out: the parser that this compares with resolves them.
    const folder = fc
      .webUrl({ withQueryParameters: true, validSchemes: ['http', 'https'] })
      .filter((text) => !/\/(?:\.|%2e){1,2}(?=[/?]|$)/i.test(text));
    fc.assert(
      fc.property(folder, fc.constantFrom(...scriptNames), (text, name) => {
        const script = scriptUrlFor(parse(text), name);
        if (script.scheme === 'image') throw new Error('an http URL became a path');
        const [before, after] = [new URL(text), new URL(script.url)];
        expect(after.pathname).toBe(`${before.pathname.replace(/\/+$/, '')}/${name}`);
        expect([after.host, after.search]).toEqual([before.host, before.search]);
      }),
    );
  });
});

describe('scriptPlaces', () => {
  it('looks at --scripts, then in the source, then where the image says', () => {
    const urls = { scriptsUrl: parse('http://h/p'), imageScriptsUrl: parse('image:///usr/libexec/s2i') };
    expect(scriptPlaces('assemble', urls)).toEqual([
      { from: 'flag', url: { scheme: 'http', url: 'http://h/p/assemble' } },
      { from: 'source', path: '.sti/bin/assemble' },
      { from: 'source', path: '.s2i/bin/assemble' },
      { from: 'image', url: { scheme: 'image', path: '/usr/libexec/s2i/assemble' } },
    ]);
  });

  it('leaves out what nobody named, and looks at the usual place of an image that names none', () => {
    expect(scriptPlaces('run', {}).map(describePlace).at(-1)).toContain('image:///usr/libexec/s2i/run');
    expect(scriptPlaces('run', {}).map((place) => place.from)).toEqual(['source', 'source', 'image']);
  });
});

describe('describePlace', () => {
  it('says each place in words', () => {
    const urls = { scriptsUrl: parse('http://me:hunter2@h/p'), imageScriptsUrl: parse('image:///usr/libexec/s2i') };
    expect(scriptPlaces('assemble', urls).map(describePlace)).toEqual([
      'http://me:***@h/p/assemble',
      '.sti/bin/assemble of the source',
      '.s2i/bin/assemble of the source',
      "image:///usr/libexec/s2i/assemble (the builder image's default)",
    ]);
  });
});

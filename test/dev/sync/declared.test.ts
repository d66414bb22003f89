import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../source/dev/sync/decide.ts';
import { type Declaration, declaredBy, deploymentsOf, shortDeclarations } from '../../../source/dev/sync/declared.ts';
import type { Facts, Layer } from '../../../source/dev/sync/layers/facts.ts';
import { parseSyncLabel, parseSyncMapping, syncMapping } from '../../../source/protocol/sync-mappings.ts';
import { treeDelta } from '../../../source/tree/sync.ts';
import type { TreeEntry } from '../../../source/tree/tree.ts';

const by = 'as somebody says';
const saying = (from: string, to: string): Declaration => {
  const mapping = syncMapping(from, to);
  if (mapping === undefined) throw new Error(`no mapping: ${from}`);
  return { mappings: [mapping], by };
};
const placed = (from: string, to: string, path: string) => declaredBy([saying(from, to)])(path)?.place;

describe('a mapping', () => {
  it.each([
    ['src/**', 'src/a.js', '/to/a.js'],
    ['src/**', 'src/deep/a.js', '/to/deep/a.js'],
    ['src/**', 'lib/src/a.js', undefined],
    ['src', 'src/deep/a.js', '/to/deep/a.js'],
    ['./src/', 'src/a.js', '/to/a.js'],
    ['src', 'srcs/a.js', undefined],
    ['index.html', 'index.html', '/to/index.html'],
    ['pages/index.html', 'pages/index.html', '/to/index.html'],
    ['*.html', 'index.html', '/to/index.html'],
    ['*.html', 'pages/index.html', undefined],
    ['**/*.html', 'pages/index.html', '/to/pages/index.html'],
    ['src/**/*.js', 'src/a.js', '/to/a.js'],
    ['src/*', 'src/deep/a.js', undefined],
    ['.', 'any/thing', '/to/any/thing'],
    ['page-?.txt', 'page-1.txt', '/to/page-1.txt'],
  ])('%s brings %s to %s', (from, path, place) => expect(placed(from, '/to', path)).toBe(place));

  it.each([
    ['../up', '/to'],
    ['a/../b', '/to'],
    ['/abs', '/to'],
    ['a**b', '/to'],
    ['a//b', '/to'],
    ['', '/to'],
    ['a\nb', '/to'],
    ['a', 'relative'],
    ['a', '/'],
    ['a', '/to/../etc'],
    ['a', '/to/./x'],
    ['a', '/to\nx'],
    ['a'.repeat(2000), '/to'],
  ])('is none: %j to %j', (from, to) => expect(syncMapping(from, to)).toBeUndefined());

  it('leads to nowhere but below its folder, whatever the path', () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.stringMatching(/^[^/]+(\/[^/]+){0,3}$/), (from, to, path) => {
        const mapping = syncMapping(from, `/${to}`);
        const place = mapping && declaredBy([{ mappings: [mapping], by }])(path)?.place;
        if (mapping === undefined || place === undefined) return;
        expect(place.startsWith(`${mapping.to}/`)).toBe(true);
        expect(path.endsWith(place.slice(mapping.to.length + 1))).toBe(true);
      }),
    ));

  it('is the first of several that says anything', () => {
    const declared = declaredBy([saying('src/**', '/one'), saying('**', '/two')]);
    expect([declared('src/a'), declared('b')].map((one) => one?.place)).toEqual(['/one/a', '/two/b']);
  });
});

describe('the label', () => {
  it.each([
    ['src/**:/app/src', [{ from: 'src/**', to: '/app/src' }]],
    [
      'a:/x, b:/y',
      [
        { from: 'a', to: '/x' },
        { from: 'b', to: '/y' },
      ],
    ],
    ['[{"from":"**","to":"/app"}]', [{ from: '**', to: '/app' }]],
  ])('may be %s', (text, mappings) => expect(parseSyncLabel(text)).toEqual(mappings));

  it.each(['', '[', '[]', '{}', '[1]', '[{"from":1,"to":"/x"}]', 'a:/x,b', 'a:/x/../y', '[null]'])(
    'says nothing as %j',
    (text) => expect(parseSyncLabel(text)).toBeUndefined(),
  );

  it('counts less than the configuration', () => {
    const mapping = parseSyncMapping('**:/mine');
    const declarations = shortDeclarations(mapping ? [mapping] : [], { labels: { 'io.sti.sync': '**:/theirs' } });
    expect(declaredBy(declarations)('a')).toEqual({ place: '/mine/a', by: 'as the configuration says' });
  });
});

describe('the folder of deployments', () => {
  const world = {
    destination: '/tmp',
    workingDir: '/opt/app-root/src',
    env: ['HOME=/opt/app-root/src', 'APP_ROOT=/opt/app-root'],
    labels: { 'com.redhat.deployments-dir': '/opt/app-root/src' },
  };
  const placeBy = (assemble: string, path = 'a.html') => declaredBy(deploymentsOf(assemble, world))(path)?.place;

  it.each([
    'mv /tmp/src/* ./',
    '  mv -f /tmp/src/* "$HOME"',
    'cp -R /tmp/src/. .',
    'mv /tmp/src/* $APP_ROOT/src',
    'mv /tmp/src/* /opt/app-root/src/ || true',
  ])('is believed in where assemble says %s', (line) =>
    expect(placeBy(`#!/bin/bash\nset -e\n${line}\nnpm install\n`)).toBe('/opt/app-root/src/a.html'),
  );

  it.each(['# mv /tmp/src/* ./', 'mv /tmp/src/app ./', 'mv /tmp/src/* ./app', 'echo moved', 'mv /tmp/artifacts/* ./'])(
    'is not where it says %s',
    (line) => expect(placeBy(line)).toBeUndefined(),
  );

  it('says nothing of what is for a compiler', () => {
    expect(placeBy('mv /tmp/src/* ./', 'main.ts')).toBeUndefined();
    expect(placeBy('mv /tmp/src/* ./', 'main.js')).toBe('/opt/app-root/src/main.js');
  });
});

describe('what is declared', () => {
  const facts = (type: Facts['type'], mode = 0o644): Facts => ({ type, mode, uid: 7, gid: 0, content: 'x' });
  const entry = (path: string, version: number, mode = 0o644): TreeEntry => ({
    ...{ type: 'file', path, mode, mtimeMs: 1, size: 1, version },
  });
  const decided = (before: readonly TreeEntry[], after: readonly TreeEntry[], layer: Layer, known = new Map()) =>
    decide(before, treeDelta(before, after), {
      ...{ knowledge: known, declared: declaredBy([saying('**', '/app')]), layer, concernsInputs: () => false },
    });

  it('is taken for true before anything was learned', () => {
    const layer = new Map([['/app/a.js', facts('file', 0o664)]]);
    expect(decided([entry('a.js', 1)], [entry('a.js', 2)], layer)).toMatchObject({
      way: 'sync',
      steps: [{ place: '/app/a.js', to: { folder: '/app', uid: 7, gid: 0, modes: [0o644, 0o664] } }],
      why: '*.js is only copied (as somebody says)',
    });
  });

  it.each(['link', 'directory', 'other', 'deleted'] as const)('is assembled where the image has a %s there', (type) =>
    expect(decided([entry('a.js', 1)], [entry('a.js', 2)], new Map([['/app/a.js', facts(type)]]))).toEqual({
      way: 'assemble',
      why: 'the image has something else at /app/a.js',
    }),
  );

  it('is assembled where the image has nothing there', () =>
    expect(decided([entry('a.js', 1)], [entry('a.js', 2)], new Map())).toEqual({
      way: 'assemble',
      why: 'the image has nothing at /app/a.js',
    }));

  it('is not believed once it was wrong', () =>
    expect(
      decided(
        [entry('a.js', 1)],
        [entry('a.js', 2)],
        new Map([['/app/a.js', facts('file')]]),
        new Map([['changed *.js', { build: 3, why: 'assemble also changes /app/b' }]]),
      ),
    ).toEqual({ way: 'assemble', why: '*.js: assemble also changes /app/b' }));

  it('lets a new file be as one beside it, and have no other mode', () => {
    const layer = new Map([['/app/a.js', facts('file', 0o664)]]);
    const with_ = (mode: number) => decided([entry('a.js', 1)], [entry('a.js', 1), entry('b.js', 1, mode)], layer);
    expect(with_(0o644)).toMatchObject({
      way: 'sync',
      steps: [{ place: '/app/b.js', to: { uid: 7, modes: [0o644, 0o664] } }],
    });
    expect(with_(0o755)).toMatchObject({ way: 'assemble' });
  });

  it('never makes a manifest a file that is only copied', () =>
    expect(
      decided([entry('package.json', 1)], [entry('package.json', 2)], new Map([['/app/package.json', facts('file')]])),
    ).toMatchObject({ way: 'assemble' }));
});

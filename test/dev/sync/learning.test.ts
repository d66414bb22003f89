import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../source/dev/sync/decide.ts';
import { declaredBy } from '../../../source/dev/sync/declared.ts';
import { formatKind, isForBuild, kindOf, parseKind } from '../../../source/dev/sync/kind.ts';
import {
  formatKnowledge,
  type Knowledge,
  parseKnowledge,
  withLessons,
  withoutKinds,
} from '../../../source/dev/sync/knowledge.ts';
import { differences, type Facts, type Layer } from '../../../source/dev/sync/layers/facts.ts';
import { provedWrong, provenLessons, withFiles } from '../../../source/dev/sync/proof.ts';
import { type FileChange, lessonsOf } from '../../../source/dev/sync/study/lesson.ts';
import { treeDelta } from '../../../source/tree/sync.ts';
import type { TreeEntry } from '../../../source/tree/tree.ts';

type Source = ReadonlyMap<string, string>;
type Build = (source: Source) => ReadonlyMap<string, string>;

const home = '/app';
const file = (content: string): Facts => ({ type: 'file', mode: 0o644, uid: 1001, gid: 0, content });
const layerOf = (files: ReadonlyMap<string, string>): Layer =>
  new Map([...files].map(([path, content]) => [path, file(content)]));
const entriesOf = (source: Source): TreeEntry[] =>
  [...source].map(([path, content]) => ({
    type: 'file',
    path,
    mode: 0o644,
    mtimeMs: content.length,
    size: 1,
    version: versionOf(content),
  }));
const versions = new Map<string, number>();
function versionOf(content: string): number {
  const version = versions.get(content) ?? versions.size;
  versions.set(content, version);
  return version;
}

/** What builders do with a source, each alone and in any mixture. */
const builds: Readonly<Record<string, Build>> = {
  copies: (source) => new Map([...source].map(([path, content]) => [`${home}/${path}`, content])),
  'copies twice': (source) => new Map([...source].map(([path, content]) => [`${home}/backup/${path}`, content])),
  compiles: (source) =>
    new Map(
      [...source].flatMap(([path, content]) =>
        path.endsWith('.ts') ? [[`${home}/dist/${path}`, `js ${content}`]] : [],
      ),
    ),
  joins: (source) => new Map([[`${home}/bundle.js`, [...source].filter(([path]) => path.startsWith('lib/')).join()]]),
  counts: (source) => new Map([[`${home}/count`, String(source.size)]]),
  'sometimes lies': (source) =>
    new Map([
      [
        `${home}/hidden`,
        [...source]
          .filter(([, content]) => content.endsWith('7'))
          .map(String)
          .join(),
      ],
    ]),
  'moves away': (source) =>
    new Map([...source].flatMap(([path, content]) => (path.startsWith('public/') ? [[`/srv/${path}`, content]] : []))),
  'is noisy': () =>
    new Map([
      [`${home}/.cache/stamp`, String(Math.random())],
      ['/tmp/left', String(Math.random())],
    ]),
};

const paths = ['a.js', 'b.js', 'lib/a.js', 'lib/b.js', 'lib/c.ts', 'public/a.js', 'package.json', 'page.html'] as const;
const edits = fc.array(
  fc.record({ path: fc.constantFrom(...paths), content: fc.option(fc.nat(40), { freq: 5 }), proven: fc.boolean() }),
  { minLength: 1, maxLength: 60 },
);
/** Some are true, some lie, with some builders. */
const declarations = fc.subarray([
  { from: 'lib/**', to: '/app/lib' },
  { from: 'public', to: '/srv/public' },
  { from: '*.html', to: '/app' },
  { from: 'a.js', to: '/app/backup' },
  { from: '**', to: '/app' },
]);
const builders = fc.uniqueArray(fc.constantFrom(...Object.keys(builds)), { minLength: 1, maxLength: 4 });

function changesBetween(before: Source, after: Source): FileChange[] {
  const mode = 0o644;
  return [
    ...[...after].flatMap(([path, content]): FileChange[] => {
      const was = before.get(path);
      if (was === content) return [];
      return [{ change: was === undefined ? 'added' : 'changed', path, content, mode }];
    }),
    ...[...before.keys()]
      .filter((path) => !after.has(path))
      .map((path): FileChange => ({ change: 'removed', path, content: '', mode })),
  ];
}

describe('a session with any builder', () => {
  it('serves nothing wrong for longer than until the next image, and never the same kind again', () =>
    fc.assert(
      fc.property(builders, edits, declarations, (names, saves, mappings) => {
        const declared = declaredBy([{ mappings, by: 'as somebody says' }]);
        const build: Build = (source) => new Map(names.flatMap((name) => [...(builds[name]?.(source) ?? [])]));
        let knowledge: Knowledge = new Map();
        let base = {
          source: new Map([['a.js', 'first']]) as Source,
          layer: layerOf(build(new Map([['a.js', 'first']]))),
        };
        let source: Source = base.source;
        const wrong = new Set<string>();
        for (const [at, { path, content, proven }] of saves.entries()) {
          const next = new Map(source);
          if (content === null) next.delete(path);
          else next.set(path, `content ${content}`);
          source = next;
          const delta = treeDelta(entriesOf(base.source), entriesOf(source));
          const grounds = { knowledge, declared, layer: base.layer, concernsInputs: () => false };
          const decision = decide(entriesOf(base.source), delta, grounds);
          const made = layerOf(build(source));
          let served = made;
          if (decision.way === 'sync') {
            const done = decision.steps.map((step) => ({ ...step, content: source.get(step.path) ?? '' }));
            served = withFiles(base.layer, done);
            const kinds = done.map(({ kind }) => kind);
            // Once is a surprise; the same kind again would be a lie believed twice.
            for (const kind of kinds) expect(wrong).not.toContain(formatKind(kind));
            if (!proven) continue;
            const why = provedWrong(served, made);
            expect(why === undefined).toBe(differences(served, made).length === 0);
            if (why === undefined) knowledge = withLessons(knowledge, provenLessons(done, knowledge), at);
            else {
              knowledge = withoutKinds(knowledge, kinds, why, at);
              for (const kind of kinds) wrong.add(formatKind(kind));
            }
          } else
            knowledge = withLessons(knowledge, lessonsOf(changesBetween(base.source, source), base.layer, made), at);
          base = { source, layer: made };
        }
      }),
    ));

  it('learns that what is only copied is only copied, after two images', () => {
    const build = builds['copies'] ?? (() => new Map());
    const before = new Map([
      ['lib/a.js', '1'],
      ['package.json', '{}'],
    ]);
    const after = new Map(before).set('lib/a.js', '2');
    const lessons = lessonsOf(changesBetween(before, after), layerOf(build(before)), layerOf(build(after)));
    expect(lessons).toEqual([
      {
        kind: { change: 'changed', folder: 'lib', ending: '.js' },
        learned: 'only copied',
        to: { folder: '/app/lib', uid: 1001, gid: 0, modes: [0o644, 0o644] },
      },
    ]);
  });

  it.each([
    ['compiles', 'lib/c.ts'],
    ['joins', 'lib/a.js'],
    ['copies twice', 'lib/a.js'],
  ])('learns nothing good of a file where a builder also %s', (name, path) => {
    const build: Build = (source) => new Map(['copies', name].flatMap((one) => [...(builds[one]?.(source) ?? [])]));
    const before = new Map([[path, '1']]);
    const after = new Map([[path, '2']]);
    const lessons = lessonsOf(changesBetween(before, after), layerOf(build(before)), layerOf(build(after)));
    expect(lessons.filter(({ learned }) => learned === 'only copied')).toEqual([]);
  });
});

it('a manifest teaches nothing of the other files with its ending', () => {
  const before = new Map([['package.json', '1']]);
  const after = new Map([['package.json', '2']]);
  const build: Build = (source) => new Map([['/app/modules', String(source.get('package.json'))]]);
  expect(lessonsOf(changesBetween(before, after), layerOf(build(before)), layerOf(build(after)))).toEqual([]);
});

describe('what is known', () => {
  const place = { folder: '/app/lib', uid: 1001, gid: 0, modes: [0o644, 0o664] as const };

  it('is the same after it was written down', () => {
    const known: Knowledge = new Map([
      ['changed lib/*.js', { build: 3, to: place }],
      ['added *Procfile', { build: 4, why: 'assemble also changes /app/x' }],
      ['removed lib/*.js', { build: 5, unclear: 'it was much at once' }],
    ]);
    expect(parseKnowledge(formatKnowledge(known))).toEqual(known);
  });

  it.each([
    'not JSON',
    'null',
    '[1]',
    '{"changed *.js":{"build":1}}',
    '{"changed *.js":{"build":-1,"why":"x"}}',
    '{"changed *.js":{"build":1,"to":{"folder":"/app/../etc","uid":0,"gid":0,"modes":[420,420]}}}',
    '{"changed *.js":{"build":1,"to":{"folder":"app","uid":0,"gid":0,"modes":[420,420]}}}',
    '{"whatever":{"build":1,"why":"x"}}',
  ])('is nothing where the text is %s', (text) => {
    expect(parseKnowledge(text)).toEqual(new Map());
  });

  it('is never what any text says without sense', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const known of parseKnowledge(text).values())
          expect('to' in known ? known.to.folder : 'why' in known ? known.why : known.unclear).toBeTypeOf('string');
      }),
    ));

  it('gives each kind one name', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('changed', 'added', 'removed'),
        fc.stringMatching(/^[^/*]+(\/[^/*]+)*$/),
        (change, path) => {
          const kind = kindOf(path, change);
          expect(parseKind(formatKind(kind))).toEqual(kind);
        },
      ),
    ));

  it.each([
    'package.json',
    'deep/er/package-lock.json',
    'requirements-dev.txt',
    'go.mod',
    '.env',
    'src/.hidden/a.js',
    'vite.config.ts',
    'Dockerfile.dev',
  ])('says nothing of %s, which is for the build', (path) => expect(isForBuild(path)).toBe(true));

  it.each(['server.js', 'src/package.js', 'config.js', 'a.json', 'README.md'])('may say something of %s', (path) =>
    expect(isForBuild(path)).toBe(false),
  );
});

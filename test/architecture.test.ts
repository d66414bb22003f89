import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const files = ['source', 'components', 'test', 'scripts']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|tsx|mjs)$/.test(name))
      .map((name) => join(folder, name)),
  );
const program = files.filter((file) => !/^(test|scripts)\//.test(file));

interface Import {
  readonly from: string;
  /** A path from the root for a file of ours, else a package name. */
  readonly to: string;
  readonly lazy: boolean;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|\bimport\('([^']+)'\)|^import\s+'([^']+)'/gm,
  );
  return [...statements].map(([, type, named, dynamic, bare]) => {
    const specifier = named ?? dynamic ?? bare ?? '';
    const to = specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : specifier;
    return { from: file, to, lazy: dynamic !== undefined, typeOnly: type !== undefined };
  });
}

const imports = program.flatMap(importsOf);

function layerOf(path: string): string {
  return path.startsWith('components/') ? 'components' : (/^source\/([^/]+)\//.exec(path)?.[1] ?? 'top');
}

/** ARCHITECTURE.md, "Who may import whom"; errors.ts is everybody's. */
const mayImport: Record<string, readonly string[]> = {
  protocol: [],
  origin: ['protocol'],
  engine: ['protocol'],
  build: ['protocol', 'origin', 'engine'],
  dev: ['protocol', 'origin', 'engine', 'build'],
  components: ['dev', 'build'],
  cli: ['protocol', 'origin', 'engine', 'build', 'dev', 'components'],
  top: ['cli'],
};

describe('the layers', () => {
  const ours = imports.filter(({ to }) => /^(source|components)\//.test(to) && to !== 'source/errors.ts');

  it.each(Object.keys(mayImport))('%s imports only what is below it', (layer) => {
    const allowed = [layer, ...(mayImport[layer] ?? [])];
    const wrong = ours.filter(({ from, to }) => layerOf(from) === layer && !allowed.includes(layerOf(to)));
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it.each(['build', 'dev'])('%s knows of the engine only its interface', (layer) => {
    const wrong = ours.filter(
      ({ from, to }) => layerOf(from) === layer && layerOf(to) === 'engine' && to !== 'source/engine/engine.ts',
    );
    expect(wrong).toEqual([]);
  });

  it('dockerode is known in the engine folder only', () => {
    expect(imports.filter(({ from, to }) => to.startsWith('dockerode') && layerOf(from) !== 'engine')).toEqual([]);
  });

  it('the command line loads the heavy parts only when they are needed', () => {
    const works = 'source/cli/works.ts';
    const heavy =
      /^(ink|react|dockerode|simple-git|chokidar|yauzl|tar-stream|execa)$|^components\/|^source\/cli\/works\.ts|^source\/(build|dev|engine|origin)\/(?!(request|events)\.ts)/;
    const wrong = imports.filter(
      ({ from, to, lazy, typeOnly }) =>
        ['cli', 'top'].includes(layerOf(from)) && from !== works && heavy.test(to) && !lazy && !typeOnly,
    );
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('only main.ts touches the process', () => {
    // git-process.ts hands its environment on to git; docker-client.ts hides DOCKER_HOST from docker-modem.
    const may = ['source/main.ts', 'source/origin/git-process.ts', 'source/engine/docker-client.ts'];
    const wrong = program.filter(
      (file) => !may.includes(file) && /(?<!-)\bprocess\.\w|from 'node:process'/.test(withoutComments(file)),
    );
    expect(wrong).toEqual([]);
  });
});

function withoutComments(file: string): string {
  return readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}

describe('the files', () => {
  it('have at most 250 lines', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 251);
    expect(long).toEqual([]);
  });

  it('silence neither the type checker nor the linter', () => {
    const silenced = /@ts-(ignore|expect-error|nocheck)|biome-ignore/;
    const escapes = /\bas any\b|: any\s*[;,)\]=>|{]|\bas unknown as\b/;
    const self = 'test/architecture.test.ts';
    expect(
      files.filter(
        (file) =>
          file !== self &&
          (escapes.test(withoutComments(file)) || silenced.test(readFileSync(join(root, file), 'utf8'))),
      ),
    ).toEqual([]);
  });
});

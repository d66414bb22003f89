import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
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

/** Which room may import from which others; errors.ts, time-limit.ts and bounded-read.ts are everybody's. */
const mayImport: Record<string, readonly string[]> = {
  terminal: [],
  http: [],
  protocol: [],
  templates: [],
  dockerfile: ['protocol'],
  tree: ['terminal', 'protocol'],
  origin: ['terminal', 'http', 'protocol', 'tree'],
  engine: ['protocol'],
  build: ['terminal', 'http', 'protocol', 'templates', 'dockerfile', 'tree', 'origin', 'engine'],
  run: ['protocol', 'engine', 'build'],
  dev: ['terminal', 'http', 'protocol', 'tree', 'origin', 'engine', 'build', 'run'],
  verify: ['terminal', 'http', 'protocol', 'tree', 'origin', 'engine', 'build', 'run'],
  doctor: ['terminal', 'http', 'protocol', 'engine', 'build'],
  components: ['terminal', 'dev', 'build'],
  cli: [
    ...['terminal', 'http', 'protocol', 'templates', 'dockerfile', 'tree', 'origin', 'engine'],
    ...['build', 'run', 'dev', 'verify', 'doctor', 'components'],
  ],
  api: ['protocol', 'build', 'dev', 'cli', 'top'],
  top: ['cli'],
};

/** Rooms of the loop that know nothing of builds. */
const withoutBuild = ['proxy', 'schedule', 'watch', 'logs'];

describe('the layers', () => {
  const ours = imports.filter(
    ({ to }) =>
      /^(source|components)\//.test(to) &&
      !['source/errors.ts', 'source/time-limit.ts', 'source/bounded-read.ts'].includes(to),
  );

  it.each(Object.keys(mayImport))('%s imports only what is below it', (layer) => {
    const allowed = [layer, ...(mayImport[layer] ?? [])];
    const wrong = ours.filter(({ from, to }) => layerOf(from) === layer && !allowed.includes(layerOf(to)));
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it.each(['build', 'run', 'dev', 'verify'])('%s knows of the engine only its interface', (layer) => {
    const wrong = ours.filter(
      ({ from, to }) => layerOf(from) === layer && layerOf(to) === 'engine' && to !== 'source/engine/engine.ts',
    );
    expect(wrong).toEqual([]);
  });

  it.each(withoutBuild)('dev/%s knows nothing of builds', (room) => {
    const wrong = ours.filter(({ from, to }) => from.startsWith(`source/dev/${room}/`) && layerOf(to) === 'build');
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('dockerode is known in the engine folder only', () => {
    expect(imports.filter(({ from, to }) => to.startsWith('dockerode') && layerOf(from) !== 'engine')).toEqual([]);
  });

  it('the command line loads the heavy parts only when they are needed', () => {
    const heavy =
      /^(ink|react|dockerode|simple-git|chokidar|yauzl|tar-stream|execa)$|^components\/|^source\/(build|run|dev|verify|doctor|engine|origin)\/(?!(request|events|redact-event|endpoint\/address)\.ts)/;
    const wrong = imports.filter(
      ({ from, to, lazy, typeOnly }) => ['cli', 'top'].includes(layerOf(from)) && heavy.test(to) && !lazy && !typeOnly,
    );
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('only what starts the program touches the process', () => {
    // git-process.ts hands its environment on to git; docker-client.ts hides DOCKER_HOST from docker-modem.
    const may = [
      'source/main.ts',
      'source/api/host.ts',
      'source/process-host.ts',
      'source/origin/git/environment.ts',
      'source/engine/docker/client.ts',
    ];
    const wrong = program.filter(
      (file) => !may.includes(file) && /(?<!-)\bprocess\.\w|from 'node:process'/.test(withoutComments(file)),
    );
    expect(wrong).toEqual([]);
  });
});

function withoutComments(file: string): string {
  return readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}

describe('the imports', () => {
  it('go in no circle, types included', () => {
    expect(circles(new Map(program.map((file) => [file, importsOf(file).map(({ to }) => to)])))).toEqual([]);
  });
});

/** The files of each circle: of files that all reach each other. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const reached = new Map([...graph.keys()].map((file) => [file, reachedFrom(file, graph)]));
  const found = [...graph.keys()].flatMap((file) => {
    const others = [...(reached.get(file) ?? [])].filter((other) => reached.get(other)?.has(file));
    return others.length > 0 ? [[...new Set([file, ...others])].sort().join(' ')] : [];
  });
  return [...new Set(found)].sort();
}

function reachedFrom(file: string, graph: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const next = [...(graph.get(file) ?? [])];
  for (let path = next.pop(); path !== undefined; path = next.pop()) {
    if (reached.has(path) || !graph.has(path)) continue;
    reached.add(path);
    next.push(...(graph.get(path) ?? []));
  }
  return reached;
}

describe('the folders', () => {
  const namesIn = new Map<string, string[]>();
  for (const file of program) namesIn.set(dirname(file), [...(namesIn.get(dirname(file)) ?? []), basename(file)]);

  it('have at most 14 files', () => {
    expect([...namesIn].filter(([, names]) => names.length > 14).map(([folder]) => folder)).toEqual([]);
  });

  it('say what their files share, so that no name repeats it', () => {
    const repeated = program.filter((file) => basename(file).startsWith(`${basename(dirname(file))}-`));
    expect(repeated).toEqual([]);
  });
});

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

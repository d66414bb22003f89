import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../../source/cli/command-line/parse.ts';
import { exportKinds } from '../../../source/cli/export/kinds.ts';
import { type Data, yaml } from '../../../source/cli/export/yaml.ts';

// What each system allows, of what is used here: from its public documentation.

const app = {
  name: 'shop',
  builder: 'registry.example/nodejs-20:latest',
  tag: 'registry.example/me/shop:1',
  registry: 'registry.example',
  version: '1.2.3',
};

type Tree = Readonly<Record<string, unknown>>;

/** By another program's parser. */
function readYaml(text: string): unknown[] {
  const script = 'require "yaml"; require "json"; puts JSON.generate(YAML.load_stream(STDIN.read))';
  return JSON.parse(execFileSync('ruby', ['-e', script], { input: text, encoding: 'utf8' }));
}

function tree(value: unknown): Tree {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`no object: ${value}`);
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown): readonly Tree[] {
  if (!Array.isArray(value)) throw new Error(`no list: ${value}`);
  return value.map(tree);
}

function expectKeys(value: unknown, allowed: string): void {
  expect(allowed.split(' ')).toEqual(expect.arrayContaining(Object.keys(tree(value))));
}

const label = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const references = (value: unknown, of: string) =>
  [...JSON.stringify(value).matchAll(new RegExp(`\\$\\(${of}\\.([\\w-]+)`, 'g'))].map(([, name = '']) => name);

/** The command lines of sti in it, as a shell hands them over; each must be one. */
function stiCommands(text: string): string[][] {
  return [...text.matchAll(/ sti (build [^\n]*)/g)].map(([, rest = '']) => {
    const printed = execFileSync('sh', ['-c', `set -- ${rest}; printf '%s\\n' "$@"`, 'src', 'img:1'], {
      encoding: 'utf8',
      env: { IMAGE: 'img:1' },
    });
    return printed.trimEnd().split('\n');
  });
}

function checkSteps(steps: readonly Tree[], volumes: readonly Tree[], keys: string): void {
  const mounted = volumes.map(({ name }) => name);
  for (const step of steps) {
    expectKeys(step, keys);
    expect(step['name']).toMatch(label);
    expect('script' in step && 'command' in step).toBe(false);
    for (const { name } of list(step['volumeMounts'] ?? [])) expect(mounted).toContain(name);
    const command = step['script'] ?? (Array.isArray(step['command']) ? step['command'].at(-1) : '');
    execFileSync('sh', ['-n'], { input: String(command) });
  }
}

describe('yaml', () => {
  it('says what it was given, to another parser', () => {
    const leaf = fc.oneof(
      fc.string({ unit: 'grapheme-ascii' }),
      fc.integer(),
      fc.boolean(),
      fc.constantFrom('on', 'no', '1.0', 'a\nb\n', '# x', '- x', 'a: b', '~'),
    );
    const { data } = fc.letrec<{ data: Data }>((tie) => ({
      data: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('data'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'on', 'x-y', 'A B', '1'), tie('data'), { maxKeys: 3 }),
      ),
    }));
    const documents = fc.sample(data, { numRuns: 200, seed: 14 });
    const plain: unknown = JSON.parse(JSON.stringify(documents));
    expect(readYaml(yaml({ documents }))).toEqual([{ documents: plain }]);
  });
});

describe('sti export', () => {
  it('shipwright: a strategy of documented fields and parameters, and a build that uses it', () => {
    const [strategy, build] = readYaml(exportKinds.shipwright.text(app)).map(tree);
    expect(strategy).toMatchObject({ apiVersion: 'shipwright.io/v1beta1', kind: 'BuildStrategy' });
    const spec = tree(strategy?.['spec']);
    expectKeys(spec, 'steps parameters securityContext volumes');
    checkSteps(
      list(spec['steps']),
      list(spec['volumes']),
      'name image command args workingDir env securityContext volumeMounts',
    );
    const system = [
      'shp-source-root',
      'shp-source-context',
      'shp-output-image',
      'shp-output-directory',
      'shp-output-insecure',
    ];
    expect(system).toEqual(expect.arrayContaining(references(strategy, 'params')));
    expect(build).toEqual({
      apiVersion: 'shipwright.io/v1beta1',
      kind: 'Build',
      metadata: { name: 'shop' },
      spec: { strategy: { name: 'sti', kind: 'BuildStrategy' }, output: { image: app.tag } },
    });
  });

  it('tekton: a task whose parameters, workspaces and results are declared', () => {
    const [task] = readYaml(exportKinds.tekton.text(app)).map(tree);
    expect(task).toMatchObject({ apiVersion: 'tekton.dev/v1', kind: 'Task' });
    expect(tree(task?.['metadata'])['name']).toMatch(label);
    const spec = tree(task?.['spec']);
    expectKeys(spec, 'description params workspaces results volumes steps stepTemplate sidecars');
    checkSteps(
      list(spec['steps']),
      list(spec['volumes']),
      'name image command args script workingDir env securityContext volumeMounts',
    );
    for (const kind of ['params', 'workspaces', 'results']) {
      const declared = list(spec[kind]).map(({ name }) => name);
      expect(declared).toEqual(expect.arrayContaining(references(spec['steps'], kind)));
    }
  });

  it('bake: a group and a target with attributes of a Bake file', () => {
    const file = tree(JSON.parse(exportKinds.bake.text(app)));
    expectKeys(file, 'group target variable');
    const targets = tree(file['target']);
    expect(tree(tree(file['group'])['default'])['targets']).toEqual(Object.keys(targets));
    expect(targets).toEqual({ shop: { context: '../shop-context', dockerfile: 'Dockerfile', tags: [app.tag] } });
  });

  it('github: a workflow of one job, each step an action or a command', () => {
    const [workflow] = readYaml(exportKinds.github.text(app)).map(tree);
    expectKeys(workflow, 'name on permissions env jobs concurrency defaults');
    const job = tree(tree(workflow?.['jobs'])['image']);
    expectKeys(job, 'name runs-on needs permissions env steps timeout-minutes');
    for (const step of list(job['steps'])) {
      expectKeys(step, 'name uses with run env id if');
      expect('uses' in step).not.toBe('run' in step);
      execFileSync('sh', ['-n'], { input: String(step['run'] ?? '') });
    }
    expect(list(job['steps']).at(-1)?.['run']).toMatch(/--push$/);
    const without = exportKinds.github.text({ ...app, registry: undefined, tag: 'shop:latest' });
    expect(without).not.toMatch(/login|--push/);
  });

  it('gitlab: a job of a stage that is always there', () => {
    const [file] = readYaml(exportKinds.gitlab.text(app)).map(tree);
    const job = tree(file?.['image']);
    expectKeys(job, 'stage image services variables before_script script after_script rules artifacts');
    expect(['.pre', 'build', 'test', 'deploy', '.post']).toContain(job['stage']);
    for (const lines of [job['before_script'], job['script']])
      execFileSync('sh', ['-n'], { input: [lines].flat().join('\n') });
  });

  it.each(['shipwright', 'tekton', 'github', 'gitlab'] as const)('%s calls sti as it can be called', (kind) => {
    const text = readYaml(exportKinds[kind].text(app)).flatMap((one) => JSON.stringify(one, null, 1).split('\n'));
    const lines = text
      .filter((line) => line.includes(' sti build '))
      .map((line) => line.replaceAll('\\n', '\n').replaceAll('\\"', '"').replace(/",?$/, ''));
    const commands = stiCommands(lines.join('\n'));
    expect(commands).toHaveLength(1);
    for (const command of commands)
      expect(parse(command)).toMatchObject({
        command: 'build',
        positionals: [expect.anything(), app.builder, expect.anything()],
      });
  });
});

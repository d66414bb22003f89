import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { projectFolder } from '../../scripts/project.mjs';
import { makeBuilder } from '../support/builders.ts';
import { inspectImage, removeImage, testTag } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { siteBuilder } from '../support/site-builder.ts';
import { tempFolder, tempFolderOfFile, writeFiles } from '../support/temp.ts';

const run = promisify(execFile);
const { PATH = '' } = process.env;

/** What it is packed from, where it is installed for everybody, and where a program has it. */
let project = '';
let prefix = '';
let program = '';

beforeAll(async () => {
  const folder = tempFolderOfFile();
  // Packing builds, and the other tests run what was built.
  project = join(folder, 'project');
  const kept = (path: string) => !/^(dist|node_modules|test|\.git)$/.test(relative(projectFolder, path));
  cpSync(projectFolder, project, { recursive: true, filter: kept });
  symlinkSync(join(projectFolder, 'node_modules'), join(project, 'node_modules'));
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: project });
  const tarball = join(folder, stdout.trim());
  [prefix, program] = [join(folder, 'prefix'), join(folder, 'program')];
  writeFiles(program, { 'package.json': '{ "type": "module" }' });
  const install = ['install', '--offline', '--no-audit', '--no-fund', tarball];
  await run('npm', [...install, '--global', '--prefix', prefix]);
  await run('npm', install, { cwd: program });
});

const sti = (...args: string[]) => run(join(prefix, 'bin/sti'), args, { env: { PATH, HOME: tempFolder() } });

describe('the package, installed into an empty prefix without a network', () => {
  it('is one package with the program and what people read, and nothing else', () => {
    const modules = join(prefix, 'lib/node_modules');
    expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).toEqual(['source-to-images']);
    const files = readdirSync(join(modules, 'source-to-images'));
    expect(files.sort()).toEqual(['LICENSE', 'README.md', 'dist', 'docs', 'man', 'package.json', 'templates']);
    expect(readFileSync(join(prefix, 'share/man/man1/sti.1'), 'utf8')).toContain('.TH STI 1');
  });

  it('runs', async () => {
    expect((await sti('--version')).stdout).toBe(`sti ${packageFile.version}\n`);
    expect((await sti('--help')).stdout).toContain('build');
    expect((await sti('completion', 'bash')).stdout).toContain('complete -F _sti sti');
  });

  it('brings its templates along', async () => {
    const folder = join(tempFolder(), 'builder');
    await sti('create', 'mine', folder, '--template', 'nodejs');
    expect(statSync(join(folder, 'test/run')).mode & 0o777).toBe(0o755);
  });

  it('says nothing of the machine that it was made on', () => {
    const dist = join(prefix, 'lib/node_modules/source-to-images/dist');
    for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file))) {
      const content = readFileSync(join(dist, name), 'latin1');
      expect(
        [projectFolder, project].filter((path) => content.includes(path)),
        name,
      ).toEqual([]);
    }
  });

  it('has nothing for publint to say', async () => {
    const { messages } = await publint({
      pkgDir: join(program, 'node_modules/source-to-images'),
      level: 'warning',
      pack: false,
    });
    expect(messages).toEqual([]);
  });
});

describe('a program that imports it', () => {
  /** What the type checker says of a module of the program, which has no other types than the package's. */
  async function typeErrors(text: string): Promise<string[]> {
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
      ...{ module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom'], types: [] },
    };
    writeFiles(program, {
      'module.ts': text,
      'tsconfig.json': JSON.stringify({ compilerOptions, files: ['module.ts'] }),
    });
    const compiler = join(projectFolder, 'node_modules/typescript/bin/tsc');
    const checked = run(process.execPath, [compiler, '-p', program, '--pretty', 'false']);
    const { stdout } = await checked.catch((failure: { stdout: string }) => failure);
    return stdout.split('\n').filter((line) => line.includes('error'));
  }

  it('is checked against its types, which need no others', async () => {
    const good = `
      import { build, dev, StiError } from 'source-to-images';
      import type { BuildEvent, BuildOptions, BuildResult, DevEvent } from 'source-to-images';
      const options: BuildOptions = { source: '.', image: 'i', pullPolicy: 'never', env: { A: '1' } };
      const names: (BuildEvent | DevEvent)['type'][] = [];
      const { signal } = new AbortController();
      const result: BuildResult = await build(options, { onEvent: ({ type }) => void names.push(type), signal });
      const id: string = result.imageId;
      await dev({ ports: [8080, '1:2'], once: true }, { onEvent: async (event) => void names.push(event.type) });
      export const code = (error: unknown) => (error instanceof StiError && error.code === 'assemble' ? id : names);
    `;
    expect(await typeErrors(good)).toEqual([]);
    const wrong = `
      import { build } from 'source-to-images';
      await build({ pullPolicy: 'sometimes' });
      await build({ progress: 'json' });
    `;
    expect(await typeErrors(wrong)).toEqual([
      expect.stringContaining('\'"sometimes"\' is not assignable'),
      expect.stringContaining("'progress' does not exist"),
    ]);
  });

  /** Runs a module of the program; what it prints as JSON. */
  async function runModule(text: string): Promise<unknown> {
    const folder = tempFolder();
    writeFiles(folder, { 'module.mjs': text, 'site/index.html': 'page' });
    symlinkSync(join(program, 'node_modules'), join(folder, 'node_modules'));
    const env = { PATH, HOME: folder, TMPDIR: folder, DOCKER_HOST: engineAddress };
    const { stdout } = await run(process.execPath, ['module.mjs'], { cwd: folder, env });
    const left = readdirSync(folder).filter((name) => name.startsWith('sti-'));
    expect(left).toEqual([]);
    return JSON.parse(stdout);
  }

  it('builds an image, and hears of it', async () => {
    const tag = testTag('package');
    onTestFinished(() => removeImage(tag));
    const request = { source: 'site', image: await makeBuilder('root'), tag, labels: { team: 'shop' } };
    const printed = await runModule(`
      import { build } from 'source-to-images';
      const types = [];
      const { imageId } = await build(${JSON.stringify(request)}, { onEvent: ({ type }) => void types.push(type) });
      console.log(JSON.stringify({ imageId, first: types[0], last: types.at(-1) }));
    `);
    const image = await inspectImage(tag);
    expect(printed).toEqual({ imageId: image?.Id, first: 'build-started', last: 'build-finished' });
    expect(image?.Config?.Labels).toMatchObject({ team: 'shop' });
  });

  it('serves an application until it aborts', async () => {
    const request = { source: 'site', image: await makeBuilder(siteBuilder), url: engineAddress };
    const printed = await runModule(`
      import { dev } from 'source-to-images';
      const controller = new AbortController();
      const answers = [];
      await dev(${JSON.stringify(request)}, {
        signal: controller.signal,
        async onEvent(event) {
          if (event.type === 'cycle-served') setTimeout(async () => {
            answers.push((await fetch(event.urls[0] + '/index.html')).status);
            controller.abort();
          });
        },
      });
      console.log(JSON.stringify(answers));
    `);
    expect(printed).toEqual([200]);
  });

  it('gets an error with a code and every problem of its options, and nothing begins', async () => {
    const printed = await runModule(`
      import { build, StiError } from 'source-to-images';
      const error = await build({ image: 'A B', artifactsTimeout: 'soon', url: 'unix:///nowhere' }).catch((thrown) => thrown);
      console.log(JSON.stringify([error instanceof StiError, error.code, error.message.split('\\n').length]));
    `);
    expect(printed).toEqual([true, 'usage', 2]);
  });

  it('gets an error of its own when it aborts', async () => {
    const printed = await runModule(`
      import { build } from 'source-to-images';
      const options = { source: 'site', image: ${JSON.stringify(await makeBuilder('root'))} };
      const error = await build(options, { signal: AbortSignal.abort() }).catch((thrown) => thrown);
      console.log(JSON.stringify(error.code));
    `);
    expect(printed).toBe('cancelled');
  });
});

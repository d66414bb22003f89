import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemplateScripts } from '../support/template-scripts.ts';

const start = { start: 'node server.js' };

function withSource(manifest: object, files: Readonly<Record<string, string>> = {}): TemplateScripts {
  const scripts = new TemplateScripts('nodejs');
  scripts.source({ 'package.json': JSON.stringify(manifest), ...files });
  for (const name of ['npm', 'pnpm', 'yarn']) scripts.play(name, 'mkdir -p node_modules');
  return scripts;
}

function startsBy(scripts: TemplateScripts): string[] {
  return readFileSync(join(scripts.app, 'start'), 'utf8').trimEnd().split('\n');
}

describe('assemble of the Node.js builder', () => {
  it.each([
    ['npm', {}, {}, 'npm install --no-package-lock --no-progress --omit=dev'],
    ['npm with a lock file', {}, { 'package-lock.json': '{}' }, 'npm ci --no-progress --omit=dev'],
    ['pnpm', {}, { 'pnpm-lock.yaml': '' }, /^pnpm install --frozen-lockfile --store-dir \S+ --prod$/],
    ['yarn', {}, { 'yarn.lock': '# yarn lockfile v1' }, 'yarn install --frozen-lockfile --no-progress --production'],
    ['a later yarn', {}, { 'yarn.lock': '__metadata:' }, 'yarn install --immutable'],
    ['packageManager', { packageManager: 'pnpm@9.1.0' }, { 'yarn.lock': '' }, /^pnpm install/],
  ])('installs by %s', (_, manifest, files, command) => {
    const scripts = withSource({ scripts: start, ...manifest }, files);
    const { exitCode, asked } = scripts.run('assemble');
    expect(exitCode).toBe(0);
    expect(asked).toEqual([typeof command === 'string' ? command : expect.stringMatching(command)]);
  });

  it('installs what development needs for a script that builds, and runs it', () => {
    const scripts = withSource({ scripts: { ...start, build: 'tsc' } }, { 'package-lock.json': '{}' });
    expect(scripts.run('assemble').asked).toEqual(['npm ci --no-progress', 'npm run build']);
    const unbuilt = withSource({ scripts: start }, { 'package-lock.json': '{}' });
    expect(unbuilt.run('assemble', { NODE_ENV: 'development' }).asked).toEqual(['npm ci --no-progress']);
  });

  it('keeps the dependencies of the build before until something that decides on them changes', () => {
    const scripts = withSource({ scripts: { ...start, postinstall: 'x' } }, { 'package-lock.json': '{}', 'a.js': '1' });
    scripts.run('assemble');
    scripts.nextBuild();
    scripts.source({ 'a.js': '2' });
    const kept = scripts.run('assemble');
    expect(kept.output).toContain('Keeping the dependencies');
    expect(kept.asked).toEqual(['npm run postinstall']);
    expect(readFileSync(join(scripts.app, 'src/a.js'), 'utf8')).toBe('2');
    scripts.nextBuild();
    scripts.source({ 'package-lock.json': '{"packages":{}}' });
    expect(scripts.run('assemble').asked).toEqual(['npm ci --no-progress --omit=dev']);
  });

  it('takes the modules that the source brings, not those of the build before', () => {
    const scripts = withSource({ scripts: start });
    scripts.run('assemble');
    scripts.nextBuild();
    scripts.source({ 'node_modules/own/index.js': '' });
    scripts.run('assemble');
    expect(existsSync(join(scripts.app, 'src/node_modules/own/index.js'))).toBe(true);
  });

  it.each([
    ['node server.js', 'node server.js'],
    ['A=1 node "a b.js" $X', 'A=1 node "a b.js" $X'],
    ['node a.js && node b.js', 'npm run --silent start'],
    ['node $npm_package_main', 'npm run --silent start'],
  ])('starts “%s” without npm where a shell can exec it', (script, command) => {
    const scripts = withSource({ scripts: { start: script } });
    scripts.run('assemble');
    expect(startsBy(scripts)).toEqual([command]);
  });

  it('reloads what is not started by node with the script dev', () => {
    const scripts = withSource({ scripts: { start: 'next start', dev: 'next dev' } });
    scripts.run('assemble');
    expect(startsBy(scripts)).toEqual(['next start', 'next dev']);
  });

  it('starts the main file of an application without scripts, or without a package.json', () => {
    const scripts = withSource({ main: 'lib/main.js' }, { 'lib/main.js': '', 'server.js': '' });
    scripts.run('assemble');
    expect(startsBy(scripts)[0]).toBe('node "lib/main.js"');
    const bare = new TemplateScripts('nodejs');
    bare.source({ 'app.js': '' });
    bare.play('npm');
    expect(bare.run('assemble').asked).toEqual([]);
    expect(startsBy(bare)[0]).toBe('node "app.js"');
  });

  it.each([
    [{ engines: { node: '>=1000' } }, {}, 'engines.node of package.json wants Node.js >=1000, and this builder has v'],
    [{}, { '.nvmrc': 'v4.1.0\n' }, '.nvmrc wants Node.js v4.1.0, and this builder has v'],
  ])('refuses an application for another Node.js: %j %j', (manifest, files, message) => {
    const scripts = new TemplateScripts('nodejs');
    scripts.source({ 'package.json': JSON.stringify({ scripts: start, ...manifest }), ...files });
    const { exitCode, output } = scripts.run('assemble');
    expect(exitCode).toBe(1);
    expect(output).toContain(`assemble: ${message}`);
  });

  it('takes an older version of the same major, and names that are no versions', () => {
    const [major] = process.versions.node.split('.');
    for (const version of [`v${major}.0.0`, major ?? '', 'lts/*']) {
      const scripts = new TemplateScripts('nodejs');
      scripts.source({ 'server.js': '', '.nvmrc': version });
      expect(scripts.run('assemble').exitCode).toBe(0);
    }
  });

  it('says what is wrong with a source that it can not start, or a manifest that is none', () => {
    const bare = new TemplateScripts('nodejs');
    bare.source({ 'README.md': '' });
    expect(bare.run('assemble')).toMatchObject({
      exitCode: 1,
      output: expect.stringMatching(/^assemble: nothing to start/),
    });
    const broken = new TemplateScripts('nodejs');
    broken.source({ 'package.json': '{,}' });
    expect(broken.run('assemble').output).toMatch(/^assemble: package.json is not JSON: .*\n$/);
  });
});

describe('run of the Node.js builder', () => {
  const shows = 'console.log(process.env.PORT, process.env.NODE_ENV, process.execArgv.join())';

  it('starts the application with a port and for production', () => {
    const scripts = new TemplateScripts('nodejs');
    scripts.source({ 'server.js': shows });
    scripts.run('assemble');
    expect(scripts.run('run').output).toBe('8080 production \n');
    expect(scripts.run('run', { PORT: '3000', NODE_ENV: 'test' }).output).toBe('3000 test \n');
    expect(scripts.run('run', { NODE_CMD: 'node --no-warnings server.js' }).output).toContain('--no-warnings');
  });

  it('hands the exit code of the application on', () => {
    const scripts = new TemplateScripts('nodejs');
    scripts.source({ 'server.js': 'process.exit(7)' });
    scripts.run('assemble');
    expect(scripts.run('run').exitCode).toBe(7);
  });
});

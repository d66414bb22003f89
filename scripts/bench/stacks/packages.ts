import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tarOf } from '../../../test/support/images.ts';

/** Packages of no use, as many as an application of some size has, since no container has a network. */

/** Where a container finds them. */
export const packagesPath = '/opt/packages';

const filesEach = 10;
const fileBytes = 4_000;

export interface Packages {
  readonly count: number;
  /** Writes them into a folder; the application's files that name them: path → content. */
  make(folder: string): Promise<Readonly<Record<string, string>>>;
}

function numbered(count: number, separator: string): string[] {
  return Array.from({ length: count }, (_, index) => `package${separator}${index}`);
}

function text(index: number): string {
  return `${index} ${'x'.repeat(fileBytes)}`;
}

/** With a lock file, as `npm ci` needs it. */
export function npmPackages(count: number): Packages {
  const make = async (folder: string) => {
    const dependencies: Record<string, string> = {};
    const locked: Record<string, object> = {};
    for (const name of numbered(count, '-')) {
      const manifest = JSON.stringify({ name, version: '1.0.0', main: 'part-0.js' });
      const parts = Array.from({ length: filesEach }, (_, index) => ({
        path: `package/part-${index}.js`,
        content: `module.exports = '${text(index)}';\n`,
      }));
      const archive = gzipSync(await tarOf([{ path: 'package/package.json', content: manifest }, ...parts]));
      writeFileSync(join(folder, `${name}.tgz`), archive);
      const resolved = `file:${packagesPath}/${name}.tgz`;
      const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
      dependencies[name] = resolved;
      locked[`node_modules/${name}`] = { version: '1.0.0', resolved, integrity };
    }
    const root = { name: 'hello', version: '1.0.0', dependencies };
    return {
      'package.json': JSON.stringify({ ...root, private: true, scripts: { start: 'node server.js' } }),
      'package-lock.json': JSON.stringify({ ...root, lockfileVersion: 3, packages: { '': root, ...locked } }),
    };
  };
  return { count, make };
}

const wheels = `
import sys, zipfile
for name in sys.argv[2:]:
    with zipfile.ZipFile(f'{sys.argv[1]}/{name}-1.0.0-py3-none-any.whl', 'w', zipfile.ZIP_DEFLATED) as wheel:
        files = {f'{name}/__init__.py': ''}
        for index in range(${filesEach}):
            files[f'{name}/part_{index}.py'] = f'words = "{"x" * ${fileBytes}}"\\n'
        about = f'{name}-1.0.0.dist-info'
        files[f'{about}/METADATA'] = f'Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0.0\\n'
        files[f'{about}/WHEEL'] = 'Wheel-Version: 1.0\\nGenerator: bench\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'
        files[f'{about}/RECORD'] = ''.join(f'{path},,\\n' for path in [*files, f'{about}/RECORD'])
        for path, content in files.items():
            wheel.writestr(path, content)
`;

export function pythonPackages(count: number): Packages {
  const make = async (folder: string) => {
    const names = numbered(count, '_');
    execFileSync('python3', ['-c', wheels, folder, ...names]);
    const lines = ['--no-index', `--find-links ${packagesPath}`, ...names.map((name) => `${name}==1.0.0`)];
    return { 'requirements.txt': `${lines.join('\n')}\n` };
  };
  return { count, make };
}

const gems = `
require 'rubygems/package'
require 'fileutils'
folder, *names = ARGV
Gem::DefaultUserInteraction.ui = Gem::SilentUI.new
names.each do |name|
  Dir.mktmpdir do |work|
    Dir.chdir(work) do
      FileUtils.mkdir 'lib'
      File.write "lib/#{name}.rb", ''
      files = ["lib/#{name}.rb"] + (0...${filesEach}).map { |index| "lib/#{name}_part_#{index}.rb" }
      files.drop(1).each { |path| File.write path, "# #{'x' * ${fileBytes}}\\n" }
      Gem::Package.build(Gem::Specification.new do |gem|
        gem.name, gem.version, gem.summary, gem.authors, gem.files = name, '1.0.0', name, ['bench'], files
      end)
      FileUtils.mv "#{name}-1.0.0.gem", "#{folder}/gems"
    end
  end
end
`;

/** In the form of a server for gems, as bundler reads it from a folder as well. */
export function rubyPackages(count: number): Packages {
  const make = async (folder: string) => {
    const names = numbered(count, '_');
    mkdirSync(join(folder, 'gems'));
    execFileSync('ruby', ['-rtmpdir', '-e', gems, folder, ...names], { stdio: ['ignore', 'ignore', 'pipe'] });
    execFileSync('gem', ['generate_index', '--silent', '--directory', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    const source = `file://${packagesPath}`;
    const lock = [
      ...['GEM', `  remote: ${source}/`, '  specs:', ...names.map((name) => `    ${name} (1.0.0)`), ''],
      ...['PLATFORMS', '  ruby', '', 'DEPENDENCIES', ...names.map((name) => `  ${name}`), ''],
    ];
    const gemfile = [`source '${source}'`, ...names.map((name) => `gem '${name}'`)];
    return { Gemfile: `${gemfile.join('\n')}\n`, 'Gemfile.lock': `${lock.join('\n')}` };
  };
  return { count, make };
}

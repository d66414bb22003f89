import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nativeSource } from './native.ts';
import { aboutNative, fileBytes, filesEach, namesOf, type Packages, packagesPath } from './packages.ts';

/** Reads the C of the gems that are called native… */
const gems = `
require 'rubygems/package'
require 'fileutils'
folder, *names = ARGV
source = $stdin.read
Gem::DefaultUserInteraction.ui = Gem::SilentUI.new
names.each do |name|
  Dir.mktmpdir do |work|
    Dir.chdir(work) do
      FileUtils.mkdir %w[lib ext]
      File.write "lib/#{name}.rb", ''
      files = ["lib/#{name}.rb"] + (0...${filesEach}).map { |index| "lib/#{name}_part_#{index}.rb" }
      files.drop(1).each { |path| File.write path, "# #{'x' * ${fileBytes}}\\n" }
      extensions = []
      if name.start_with? 'native'
        extensions << 'ext/extconf.rb'
        File.write 'ext/extconf.rb', "require 'mkmf'\\ncreate_makefile '#{name}/#{name}'\\n"
        File.write "ext/#{name}.c", "#{source}void Init_#{name}(void) {}\\n"
        files.push 'ext/extconf.rb', "ext/#{name}.c"
      end
      Gem::Package.build(Gem::Specification.new do |gem|
        gem.name, gem.version, gem.summary, gem.authors, gem.files = name, '1.0.0', name, ['bench'], files
        gem.extensions = extensions
      end)
      FileUtils.mv "#{name}-1.0.0.gem", "#{folder}/gems"
    end
  end
end
`;

/** In the form of a server for gems, as bundler reads it from a folder as well. */
export function rubyPackages(count: number): Packages {
  const make = async (folder: string) => {
    const { plain, native } = namesOf(count, '_');
    const names = [...native, ...plain];
    mkdirSync(join(folder, 'gems'));
    execFileSync('ruby', ['-rtmpdir', '-e', gems, folder, ...names], { input: nativeSource(''), stdio: 'pipe' });
    execFileSync('gem', ['generate_index', '--silent', '--directory', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    const source = `file://${packagesPath}`;
    const lock = [
      ...['GEM', `  remote: ${source}/`, '  specs:', ...names.map((name) => `    ${name} (1.0.0)`), ''],
      ...['PLATFORMS', '  ruby', '', 'DEPENDENCIES', ...names.map((name) => `  ${name}`), ''],
    ];
    const gemfile = [`source '${source}'`, ...names.map((name) => `gem '${name}'`)];
    return { Gemfile: `${gemfile.join('\n')}\n`, 'Gemfile.lock': `${lock.join('\n')}` };
  };
  return { about: aboutNative(count), make };
}

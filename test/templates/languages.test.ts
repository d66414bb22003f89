import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TemplateName } from '../../source/templates/names.ts';
import { TemplateScripts } from '../support/template-scripts.ts';

/** Programs that make what the real ones would leave, and say only what they were asked. */
const programs: Readonly<Record<string, string>> = {
  ruby: 'case "$*" in -e*) printf 3.4.1 ;; esac',
  bundle: 'case "$*" in install*) [ -f Gemfile.lock ] || echo locked > Gemfile.lock ;; esac',
  go: 'while [ "$1" != -o ]; do shift; done\nmkdir -p "$GOMODCACHE" "$GOCACHE"\nprintf "#!/bin/sh\\necho \\$GOMAXPROCS program\\n" > "$2"\nchmod +x "$2"',
  php: '',
  composer: 'case "$1" in install) mkdir -p vendor; [ -f composer.lock ] || echo locked > composer.lock ;; esac',
  java: '',
  mvn: 'mkdir -p target "$(echo "$3" | cut -d = -f 2)"\nfor jar in original-a a-sources a; do echo $jar > target/$jar.jar; done',
  gradle: 'mkdir -p build/libs "$GRADLE_USER_HOME"\nfor jar in a-plain a; do echo $jar > build/libs/$jar.jar; done',
  cargo:
    'mkdir -p "$CARGO_HOME" "$CARGO_TARGET_DIR/release"\nprintf "#!/bin/sh\\nexit 5\\n" > "$CARGO_TARGET_DIR/release/a"\nchmod +x "$CARGO_TARGET_DIR/release/a"',
};

function withSource(template: TemplateName, files: Readonly<Record<string, string>>): TemplateScripts {
  const scripts = new TemplateScripts(template);
  scripts.source(files);
  for (const [name, then] of Object.entries(programs)) scripts.play(name, then);
  return scripts;
}

/** Without what is only asked for its version. */
const asked = (scripts: TemplateScripts, env = {}) =>
  scripts.run('assemble', env).asked.filter((line) => !/^(ruby|php) -/.test(line));

describe('the builders of other languages', () => {
  it.each([
    ['ruby', { Gemfile: '', 'app.rb': '' }, 'bundle install --quiet'],
    ['go', { 'go.mod': '', 'main.go': 'package main\n' }, /^go build -trimpath -o \S+\/bin\/app \.$/],
    [
      'go',
      { 'go.mod': '', 'a.go': 'package a\n', 'cmd/b/b.go': '' },
      /^go build -trimpath -o \S+\/bin\/app \.\/cmd\/b$/,
    ],
    ['php', { 'composer.json': '{}' }, 'composer install --no-dev --no-progress --prefer-dist --optimize-autoloader'],
    ['java', { 'pom.xml': '' }, /^mvn -B -ntp -Dmaven.repo.local=\S+\/m2 -DskipTests package$/],
    ['java', { 'build.gradle.kts': '' }, 'gradle --no-daemon --console=plain assemble'],
    ['rust', { 'Cargo.toml': '' }, 'cargo build --release'],
    ['rust', { 'Cargo.toml': '', 'Cargo.lock': '' }, 'cargo build --release --locked'],
  ] as const)('%s builds %j by its own tool', (template, files, command) => {
    const scripts = withSource(template, files);
    expect(asked(scripts)).toEqual([typeof command === 'string' ? command : expect.stringMatching(command)]);
  });

  it.each([
    ['ruby', { Gemfile: '' }, []],
    ['go', { 'go.mod': '', 'main.go': 'package main\n' }, [expect.stringMatching(/^go build/)]],
    ['php', { 'composer.json': '{}' }, ['composer dump-autoload --optimize --no-dev']],
    ['java', { 'pom.xml': '' }, [expect.stringMatching(/^mvn/)]],
    ['rust', { 'Cargo.toml': '' }, ['cargo build --release']],
  ] as const)('%s keeps what the next build can use', (template, files, again) => {
    const scripts = withSource(template, files);
    scripts.run('assemble');
    scripts.nextBuild();
    const next = scripts.run('assemble');
    expect(next.output).toContain('Keeping');
    expect(next.asked.filter((line) => !/^(ruby|php) -/.test(line))).toEqual(again);
  });

  it('ruby keeps the lock file that bundler wrote, and installs for another environment again', () => {
    const scripts = withSource('ruby', { Gemfile: '' });
    scripts.run('assemble');
    scripts.nextBuild();
    expect(asked(scripts)).toEqual([]);
    expect(readFileSync(join(scripts.app, 'src/Gemfile.lock'), 'utf8')).toBe('locked\n');
    scripts.nextBuild();
    expect(asked(scripts, { RACK_ENV: 'development' })).toEqual(['bundle install --quiet']);
  });

  it('php keeps the lock file that composer wrote', () => {
    const scripts = withSource('php', { 'composer.json': '{}' });
    scripts.run('assemble');
    scripts.nextBuild();
    expect(asked(scripts)).toEqual(['composer dump-autoload --optimize --no-dev']);
    expect(readFileSync(join(scripts.app, 'src/composer.lock'), 'utf8')).toBe('locked\n');
  });

  it('installs gems and packages again when their lock file changes', () => {
    for (const [template, lock] of [
      ['ruby', 'Gemfile.lock'],
      ['php', 'composer.lock'],
    ] as const) {
      const scripts = withSource(template, { Gemfile: '', 'composer.json': '{}', [lock]: '1' });
      scripts.run('assemble');
      scripts.nextBuild();
      scripts.source({ [lock]: '2' });
      expect(scripts.run('assemble').output).toContain('Installing');
    }
  });

  it.each([
    ['ruby', { '.ruby-version': 'ruby-2.7.1\n' }, '.ruby-version wants Ruby 2.7.1, and this builder has 3.4.1'],
    ['go', { 'main.go': '' }, 'there is no go.mod'],
    ['go', { 'go.mod': '', 'cmd/a/a.go': '', 'cmd/b/b.go': '' }, 'cmd/ has several programs (cmd/a/ cmd/b/)'],
    ['java', { 'README.md': '' }, 'nothing to build: there is no pom.xml'],
    ['rust', { 'README.md': '' }, 'there is no Cargo.toml'],
  ] as const)('%s says what is wrong with %j', (template, files, message) => {
    const { exitCode, output } = withSource(template, files).run('assemble');
    expect(exitCode).toBe(1);
    expect(output).toContain(`assemble: ${message}`);
  });

  it('take a program, a class or a jar that is named', () => {
    expect(asked(withSource('go', { 'go.mod': '', 'cmd/a/a.go': '' }), { GO_PACKAGE: './x' })[0]).toMatch(/ \.\/x$/);
    expect(asked(withSource('rust', { 'Cargo.toml': '' }), { CARGO_BIN: 'a' })).toEqual([
      'cargo build --release --bin a',
    ]);
    for (const file of ['pom.xml', 'build.gradle']) {
      const scripts = withSource('java', { [file]: '' });
      scripts.run('assemble');
      expect(readFileSync(join(scripts.app, 'app.jar'), 'utf8')).toBe('a\n');
    }
  });

  it('tell Java of proxies and hosts that need none in its own words', () => {
    const scripts = withSource('java', { 'pom.xml': '' });
    scripts.play('mvn', 'mkdir -p target\n: > target/a.jar\necho "$MAVEN_OPTS"');
    const env = { https_proxy: 'http://me:pw@proxy:3128/', NO_PROXY: 'localhost,.corp' };
    expect(scripts.run('assemble', env).output).toContain(
      '-Dhttps.proxyHost=proxy -Dhttps.proxyPort=3128 -Dhttp.nonProxyHosts=localhost|*.corp\n',
    );
  });

  it('start the application', () => {
    const go = withSource('go', { 'go.mod': '', 'main.go': 'package main\n' });
    go.run('assemble');
    expect(go.run('run').output).toMatch(/^[1-9]\d* program\n$/);
    const rust = withSource('rust', { 'Cargo.toml': '' });
    rust.run('assemble');
    expect(rust.run('run').exitCode).toBe(5);
    const php = withSource('php', { 'public/index.php': '' });
    php.run('assemble');
    expect(php.run('run').asked).toEqual(['php -S 0.0.0.0:8080 -t public']);
    expect(php.run('run', { DOCUMENTROOT: 'x', PORT: '1' }).asked).toEqual(['php -S 0.0.0.0:1 -t x']);
    const java = withSource('java', { 'pom.xml': '' });
    java.run('assemble');
    expect(java.run('run', { JAVA_OPTS: '-Dx=1' }).asked).toEqual([
      `java -XX:MaxRAMPercentage=75 -Dx=1 -jar ${java.app}/app.jar`,
    ]);
  });

  it('start Ruby by puma, by rackup or alone', () => {
    const scripts = withSource('ruby', { 'app.rb': '' });
    scripts.run('assemble');
    expect(scripts.run('run').asked).toEqual(['ruby app.rb']);
    scripts.source({ 'config.ru': '', Gemfile: '' });
    scripts.run('assemble');
    expect(scripts.run('run').asked.at(-1)).toBe('bundle exec rackup -o 0.0.0.0 -p 8080');
    mkdirSync(join(scripts.app, 'bundle/ruby/3.4.0/gems/puma-6.5.0'), { recursive: true });
    expect(scripts.run('run').asked).toEqual(['bundle exec puma -b tcp://0.0.0.0:8080']);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../scripts/project.mjs';
import { languages } from '../../source/templates/languages.ts';
import { templateNames } from '../../source/templates/names.ts';
import { recognise } from '../../source/templates/recognise.ts';
import { filesBelow } from '../support/files-below.ts';

const startsItself = '{"scripts":{"start":"node ."}}';

describe('recognise', () => {
  it.each([
    [['package.json', 'pnpm-lock.yaml', 'README.md'], 'nodejs', ['package.json', 'pnpm-lock.yaml']],
    [['requirements.txt', 'app.py'], 'python', ['requirements.txt']],
    [['uv.lock', 'pyproject.toml'], 'python', ['pyproject.toml', 'uv.lock']],
    [['Gemfile', 'Gemfile.lock', 'config.ru'], 'ruby', ['Gemfile', 'Gemfile.lock', 'config.ru']],
    [['go.mod', 'main.go'], 'go', ['go.mod']],
    [['composer.json'], 'php', ['composer.json']],
    [['pom.xml', 'mvnw'], 'java', ['pom.xml']],
    [['build.gradle.kts'], 'java', ['build.gradle.kts']],
    [['Cargo.toml', 'Cargo.lock'], 'rust', ['Cargo.toml']],
    [['index.html', 'app.js'], 'static', ['index.html']],
    [['app.py'], 'python', ['app.py']],
    [['server.js'], 'nodejs', ['server.js']],
    [['index.php', 'index.html'], 'php', ['index.php']],
    [['Procfile', 'mix.exs'], 'buildpack', ['Procfile']],
  ] as const)('takes %j for %s', (names, language, because) => {
    expect(recognise(names)).toMatchObject({ language, because });
  });

  it('takes a package.json beside another manifest for the pages, unless it starts the application', () => {
    expect(recognise(['Gemfile', 'package.json'], '{"scripts":{"build":"vite"}}')).toEqual({
      language: 'ruby',
      because: ['Gemfile'],
      also: ['nodejs'],
    });
    expect(recognise(['Gemfile', 'package.json'], startsItself)).toMatchObject({ language: 'nodejs', also: ['ruby'] });
  });

  it('knows nothing of other files', () => {
    expect(recognise(['README.md', 'Gemfile.bak', 'my-package.json', 'constructor'])).toBeUndefined();
  });

  it.each(templateNames)('knows the sample application of the template %s', (name) => {
    const app = join(projectFolder, 'templates', name, 'test/test-app');
    const names = filesBelow(app).map((path) => path.slice(app.length + 1));
    const manifest = names.includes('package.json') ? readFileSync(join(app, 'package.json'), 'utf8') : '';
    expect(recognise(names, manifest)?.language).toBe(name);
  });

  it('gives the same answer in any order of any names, with any package.json, and names only files that are there', () => {
    const known = ['package.json', 'Gemfile', 'go.mod', 'index.html', 'app.py', 'pom.xml', 'composer.json'];
    const name = fc.oneof(fc.constantFrom(...known), fc.string());
    const json = fc.oneof(fc.constant(startsItself), fc.string(), fc.json());
    fc.assert(
      fc.property(fc.uniqueArray(name), json, (names, manifest) => {
        const found = recognise(names, manifest);
        expect(recognise(names.toReversed(), manifest)).toEqual(found);
        const signs = names.filter((one) => known.includes(one));
        if (signs.length > 0) expect(found).toBeDefined();
        if (found === undefined) return;
        expect(names).toEqual(expect.arrayContaining([...found.because]));
        expect(found.because).not.toEqual([]);
        expect(found.also).not.toContain(found.language);
      }),
    );
  });
});

describe('the languages', () => {
  it.each(templateNames)('%s has scripts for the image that its Dockerfile begins with', (name) => {
    const dockerfile = readFileSync(join(projectFolder, 'templates', name, 'Dockerfile'), 'utf8');
    expect(dockerfile).toContain(`ARG BASE=${languages[name].base}\n`);
  });

  it.each(templateNames)('%s has a row in docs/languages.md', (name) => {
    const page = readFileSync(join(projectFolder, 'docs/languages.md'), 'utf8');
    const { builder } = languages[name];
    expect(page).toContain(`| ${builder === undefined ? '–' : `\`${builder}\``} | \`${name}\` |\n`);
  });
});

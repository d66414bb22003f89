import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from '../../source/cli/command-line/parse.ts';
import { readApplication } from '../../source/cli/config/apply.ts';
import { run } from '../../source/cli/run.ts';
import { formatReference } from '../../source/protocol/image/reference.ts';
import { fakeContext } from '../support/cli-fakes.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

async function init(cwd: string, ...args: string[]) {
  const context = { ...fakeContext(), cwd };
  const exitCode = await run(['init', ...args], context);
  const path = join(cwd, '.sti/config.json');
  const written = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  return { exitCode, stdout: context.stdout.text, stderr: context.stderr.text, written };
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const cwd = join(tempFolder(), 'My Shop_2');
  mkdirSync(cwd);
  writeFiles(cwd, files);
  return cwd;
}

/** What a command line builds in a folder, and what it warns of. */
async function application(cwd: string, ...argv: string[]) {
  const home = tempFolder();
  const { image, tag, options, warnings } = await readApplication(parse(argv), { cwd, homeDir: home, env: {} });
  return { image: formatReference(image), tag: tag && formatReference(tag), scripts: options.scripts, warnings };
}

describe('sti init', () => {
  it('writes down the builder for the language of the folder, and says why and how to change it', async () => {
    const { exitCode, stdout, written } = await init(folderWith({ 'package.json': '{}', 'yarn.lock': '' }));
    expect(exitCode).toBe(0);
    expect(written).toBe('{\n  "image": "quay.io/sclorg/nodejs-22-c9s",\n  "tag": "my-shop-2"\n}\n');
    expect(stdout).toContain('.sti/config.json is new; package.json and yarn.lock say Node.js:\n{');
    expect(stdout).toMatch(/^Another builder: +change "image"/m);
  });

  it('takes scripts of a template on the image that they are for', async () => {
    const { written } = await init(folderWith({}), '-s', 'template:python');
    expect(JSON.parse(written ?? '')).toEqual({
      image: 'docker.io/library/python:3.13-slim',
      scripts: 'template:python',
      tag: 'my-shop-2',
    });
    const rust = await init(folderWith({ 'Cargo.toml': '' }));
    expect(JSON.parse(rust.written ?? '')).toMatchObject({
      image: 'docker.io/library/rust:1',
      scripts: 'template:rust',
    });
  });

  it('takes the names that it is given', async () => {
    const { written } = await init(folderWith({}), '.', 'mine:1', 'shop:2', '--scripts', 'template:go');
    expect(JSON.parse(written ?? '')).toEqual({ image: 'mine:1', scripts: 'template:go', tag: 'shop:2' });
  });

  it('never writes over a file, and not through a link that leads out of the folder', async () => {
    const there = await init(folderWith({ 'go.mod': '', '.sti/config.json': 'mine' }));
    expect(there).toMatchObject({ exitCode: 64, written: 'mine', stderr: expect.stringContaining('is there already') });
    const linked = folderWith({ 'go.mod': '' });
    const outside = tempFolder();
    symlinkSync(outside, join(linked, '.sti'));
    expect((await init(linked)).stderr).toContain('leads out of the folder');
    expect(existsSync(join(outside, 'config.json'))).toBe(false);
  });

  it.each([
    [{ 'go.mod': '' }, ['.', 'No Image'], 'Invalid value "No Image" for IMAGE'],
    [{ 'go.mod': '' }, ['.', 'a', 'No Tag'], 'Invalid value "No Tag" for TAG'],
    [{ 'go.mod': '' }, ['-s', 'template:cobol'], 'Invalid value "template:cobol" for -s'],
    [{ 'go.mod': '' }, ['go.mod'], 'go.mod is not a folder'],
  ])('writes nothing for %j with %j', async (files, words, message) => {
    const { exitCode, stderr, written } = await init(folderWith(files), ...words);
    expect({ exitCode, written }).toEqual({ exitCode: 64, written: undefined });
    expect(stderr).toContain(`Error: ${message}`);
  });

  it('names the folder whose language it does not know, the languages, and what to do', async () => {
    const cwd = folderWith({ 'README.md': '' });
    const { exitCode, stderr, written } = await init(cwd, '.');
    expect({ exitCode, written }).toEqual({ exitCode: 64, written: undefined });
    expect(stderr).toContain(
      `Error: no file in ${cwd} says which language it is written in; sti knows Node.js, Python,`,
    );
    expect(stderr).toContain('Try: Name a builder image: sti init . IMAGE.');
  });
});

describe('a build without a builder image', () => {
  it('takes one for the language of the source, and says which and why', async () => {
    const cwd = folderWith({ 'pom.xml': '', 'sub/Cargo.toml': '' });
    expect(await application(cwd, 'build')).toEqual({
      image: 'registry.access.redhat.com/ubi9/openjdk-21',
      tag: undefined,
      scripts: undefined,
      warnings: [
        'no builder image is named; registry.access.redhat.com/ubi9/openjdk-21 is taken: pom.xml says Java. sti init writes it down',
      ],
    });
    expect(await application(cwd, 'dev')).toMatchObject({ image: 'registry.access.redhat.com/ubi9/openjdk-21' });
    expect(await application(cwd, 'build', '--context-dir', 'sub')).toMatchObject({
      image: 'docker.io/library/rust:1',
      scripts: { scheme: 'template', url: 'template:rust' },
    });
  });

  it('takes the plain image that the scripts of a template are for', async () => {
    expect(await application(folderWith({}), 'build', '-s', 'template:ruby')).toMatchObject({
      image: 'docker.io/library/ruby:3.4',
    });
  });

  it('takes the one that is named before all else', async () => {
    const cwd = folderWith({ 'go.mod': '', '.sti/config.json': '{"image":"mine","scripts":"template:go"}' });
    expect(await application(cwd, 'build')).toMatchObject({
      image: 'mine',
      scripts: { url: 'template:go' },
      warnings: [],
    });
    expect(await application(cwd, 'build', '.', 'other')).toMatchObject({ image: 'other', warnings: [] });
  });

  it('is still an error where nothing says the language', async () => {
    await expect(application(folderWith({ 'README.md': '' }), 'build')).rejects.toThrow(
      'IMAGE is missing: the command line names no builder image, and there is no .sti/config.json in this folder',
    );
    await expect(application(folderWith({}), 'build', 'https://example.com/app.git')).rejects.toThrow(
      'IMAGE is missing',
    );
  });
});

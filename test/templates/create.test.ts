import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../source/cli/run.ts';
import { templateNames } from '../../source/templates/names.ts';
import { render } from '../../source/templates/render.ts';
import { fakeContext } from '../support/cli-fakes.ts';
import { filesBelow } from '../support/files-below.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

async function create(cwd: string, ...args: string[]) {
  const context = { ...fakeContext(), cwd };
  const exitCode = await run(['create', ...args], context);
  return { exitCode, stdout: context.stdout.text, stderr: context.stderr.text };
}

describe('sti create', () => {
  it.each(templateNames)('writes the builder %s under its new name, on the image that is asked for', async (name) => {
    const cwd = tempFolder();
    const words = ['example.com/team/mine:1', 'builder', '--template', name, '--from', 'my-base:2'];
    const { exitCode, stdout } = await create(cwd, ...words);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`
The builder example.com/team/mine:1 is in builder, made from the template ${name}.
  cd builder
  docker build -t example.com/team/mine:1 .               makes it
  IMAGE=example.com/team/mine:1 test/run                  tests it with the sample application
  sti build test/test-app example.com/team/mine:1 my-app  builds the sample application
`);
    const files = filesBelow(join(cwd, 'builder')).map((path) => path.slice(cwd.length + '/builder/'.length));
    expect(files).toEqual(
      expect.arrayContaining(['Dockerfile', 'Makefile', 'README.md', 's2i/bin/assemble', 's2i/bin/run', 'test/run']),
    );
    for (const file of files) {
      expect(stdout).toContain(`  ${file}\n`);
      const content = readFileSync(join(cwd, 'builder', file), 'utf8');
      expect(content, file).not.toMatch(/sti-[a-z]+(:latest)? (?=my-app|\.)|IMAGE=sti-/);
      expect(statSync(join(cwd, 'builder', file)).mode & 0o777, file).toBe(content.startsWith('#!') ? 0o755 : 0o644);
    }
    expect(readFileSync(join(cwd, 'builder/Dockerfile'), 'utf8')).toMatch(/^ARG BASE=my-base:2\nFROM \$\{BASE\}\n/);
    expect(readFileSync(join(cwd, 'builder/Makefile'), 'utf8')).toMatch(/^NAME = example.com\/team\/mine:1\n/);
  });

  it('starts from the builder for static sites when nobody names another', async () => {
    const cwd = tempFolder();
    expect((await create(cwd, 'mine', '.')).exitCode).toBe(0);
    expect(existsSync(join(cwd, 'test/test-app/index.html'))).toBe(true);
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toContain('ARG BASE=docker.io/library/busybox\n');
  });

  it('writes nothing where one of its files is there already, and names it', async () => {
    const cwd = tempFolder();
    writeFiles(cwd, { 'b/README.md': 'mine', 'b/s2i/bin/run': 'mine', 'b/other': '' });
    expect(await create(cwd, 'mine', 'b')).toEqual({
      exitCode: 64,
      stdout: '',
      stderr:
        'Error: b has README.md, s2i/bin/run already; nothing was written\n' +
        'Try: Name a folder that is empty or not there yet.\nexit code 64\n',
    });
    expect(readdirSync(join(cwd, 'b')).sort()).toEqual(['README.md', 'other', 's2i']);
  });

  it('leaves nothing when not all of it can be written', async () => {
    const cwd = tempFolder();
    writeFiles(cwd, { 'b/test': 'a file where a folder is to be' });
    const { exitCode, stderr } = await create(cwd, 'mine', 'b');
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(/^Error: b can't be written: /);
    expect(readdirSync(join(cwd, 'b'))).toEqual(['test']);
  });

  it.each([
    [['Not A Name', 'b'], 'Invalid value "Not A Name" for NAME: expected an image reference'],
    [['mine', 'b', '--template', 'cobol'], 'Invalid value "cobol" for --template: expected one of nodejs, '],
    [['mine', 'b', '--from', 'A B'], 'Invalid value "A B" for --from: expected an image reference'],
    [['mine'], 'DIR is missing'],
  ])('refuses %j before it writes anything', async (words, message) => {
    const cwd = tempFolder();
    const { exitCode, stderr } = await create(cwd, ...words);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(`Error: ${message}`);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('render', () => {
  it('takes names as they are, and leaves alone what is no text', () => {
    const options = { template: 'static', name: '$&/x', base: "$'" } as const;
    expect(render(Buffer.from('sti-static:latest sti-static-2 my-sti-static\nARG BASE=a\n'), options).toString()).toBe(
      "$&/x sti-static-2 my-$&/x\nARG BASE=$'\n",
    );
    const bytes = Buffer.from([0xff, ...Buffer.from('sti-static')]);
    expect(render(bytes, options)).toBe(bytes);
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemplateScripts } from '../support/template-scripts.ts';

const realPython = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

/** Environments are made in no time, with a pip that only says what it was asked. */
function withSource(files: Readonly<Record<string, string>>): TemplateScripts {
  const scripts = new TemplateScripts('python');
  scripts.source(files);
  scripts.play(
    'python3',
    `case "$*" in
  "-m venv "*)
    for folder; do :; done
    mkdir -p "$folder/bin"
    cp "\${0%/*}/pip" "$folder/bin/pip"
    ln -sf /usr/bin/python3 "$folder/bin/python3.0"
    ;;
  *django*) exit 1 ;;
  *) exec ${realPython} "$@" ;;
esac`,
  );
  scripts.play('pip');
  for (const tool of ['uv', 'poetry']) scripts.play(tool);
  return scripts;
}

/** Puts a server into the environment that says how it is started. */
function installed(scripts: TemplateScripts, name: string): void {
  const folder = join(scripts.app, 'venv/bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*, $WEB_CONCURRENCY"\n`);
  chmodSync(join(folder, name), 0o755);
}

const asked = (scripts: TemplateScripts) =>
  scripts.run('assemble').asked.filter((line) => !/^python3 (-$|-V|-c)/.test(line));

describe('assemble of the Python builder', () => {
  it.each([
    ['requirements.txt', { 'requirements.txt': 'flask' }, 'pip install -r requirements.txt'],
    ['a package', { 'pyproject.toml': '' }, 'pip install -e .'],
    ['uv', { 'uv.lock': '', 'pyproject.toml': '' }, 'uv sync --frozen --no-dev'],
    ['Poetry', { 'poetry.lock': '', 'pyproject.toml': '' }, 'poetry install --only main --no-interaction'],
  ])('installs by %s', (_, files, command) => {
    const scripts = withSource({ 'app.py': '', ...files });
    expect(asked(scripts)).toEqual([`python3 -m venv ${scripts.app}/venv`, command]);
  });

  it('needs no pip for a list of nothing', () => {
    const { asked: all } = withSource({ 'app.py': '', 'requirements.txt': '# nothing\n\n' }).run('assemble');
    expect(all.at(-1)).toMatch(/^python3 -m venv --without-pip /);
  });

  it('makes no environment for an application that needs nothing', () => {
    expect(asked(withSource({ 'app.py': '' }))).toEqual([]);
  });

  it('keeps the environment until something that decides on it changes', () => {
    const scripts = withSource({ 'app.py': '1', 'requirements.txt': 'a' });
    scripts.run('assemble');
    scripts.nextBuild();
    scripts.source({ 'app.py': '2' });
    expect(asked(scripts)).toEqual([]);
    expect(readlinkSync(join(scripts.app, 'venv/bin/python3.0'))).toBe('/usr/bin/python3');
    scripts.nextBuild();
    scripts.source({ 'requirements.txt': 'b' });
    expect(asked(scripts)).toHaveLength(2);
  });

  it.each([
    [{ '.python-version': '2.7.1\n' }, '.python-version wants Python 2.7.1, and this builder has 3.'],
    [
      { 'pyproject.toml': '[project]\nrequires-python = "<3"' },
      'requires-python of pyproject.toml wants Python <3, and',
    ],
    [{ 'pyproject.toml': 'a = = b' }, 'pyproject.toml is not TOML'],
  ])('refuses an application for another Python: %j', (files, message) => {
    const { exitCode, output } = withSource(files).run('assemble');
    expect(exitCode).toBe(1);
    expect(output).toContain(`assemble: ${message}`);
  });
});

describe('run of the Python builder', () => {
  it.each([
    [
      'gunicorn',
      { 'wsgi.py': '', 'app.py': '' },
      {},
      'gunicorn --bind 0.0.0.0:8080 --access-logfile - wsgi:application, ',
    ],
    ['gunicorn', { 'shop/wsgi.py': '' }, {}, 'gunicorn --bind 0.0.0.0:8080 --access-logfile - shop.wsgi:application, '],
    ['gunicorn', {}, { APP_MODULE: 'a:b', PORT: '1' }, 'gunicorn --bind 0.0.0.0:1 --access-logfile - a:b, '],
    [
      'gunicorn',
      { 'app.py': '' },
      { DEV_MODE: 'true' },
      'gunicorn --bind 0.0.0.0:8080 --access-logfile - --reload app:app, ',
    ],
    ['uvicorn', { 'main.py': '' }, {}, 'uvicorn --host 0.0.0.0 --port 8080 main:app, '],
  ])('starts %s for %j with %j', (server, files, env, started) => {
    const scripts = withSource(files);
    scripts.run('assemble');
    installed(scripts, server);
    expect(scripts.run('run', env).output).toMatch(new RegExp(`^${started.replaceAll(/[.*]/g, '\\$&')}[1-9][0-9]?\n$`));
    expect(scripts.run('run', { ...env, WEB_CONCURRENCY: '77' }).output).toBe(`${started}77\n`);
  });

  it('starts a script of the application before all else, and a file by python without a server', () => {
    const scripts = withSource({ 'app.py': 'print("file")', 'other.py': 'print("other")' });
    scripts.run('assemble');
    expect(scripts.run('run').output).toBe('file\n');
    expect(scripts.run('run', { APP_FILE: 'other.py' }).output).toBe('other\n');
    scripts.source({ 'app.sh': 'echo script' });
    scripts.run('assemble');
    expect(scripts.run('run').output).toBe('script\n');
  });

  it('says so when there is nothing to start', () => {
    const scripts = withSource({ 'README.md': '' });
    scripts.run('assemble');
    expect(scripts.run('run')).toMatchObject({ exitCode: 1, output: expect.stringContaining('run: nothing to start') });
  });
});

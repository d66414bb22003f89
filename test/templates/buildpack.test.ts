import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder, writeFiles } from '../support/temp.ts';
import { TemplateScripts } from '../support/template-scripts.ts';

const compile = `#!/bin/sh
echo "compiled by $(cat "$3/TEAM")" > "$1/compiled"
echo cached >> "$2/cached"
`;
const release =
  '#!/bin/sh\nprintf -- "---\\naddons:\\n  - db\\ndefault_process_types:\\n  web: echo released\\n  worker: echo worker\\n"\n';
const buildpack = {
  'bin/detect': '#!/bin/sh\n[ -f "$1/app" ] && echo Simple\n',
  'bin/compile': compile,
  'bin/release': release,
};

/** A git repository as the seed names one: `BUILDPACK_URL=…`. */
function repository(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder();
  writeFiles(folder, files);
  for (const file of Object.keys(files)) chmodSync(join(folder, file), 0o755);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'a');
  git('tag', 'v1');
  return pathToFileURL(folder).href;
}

function withSource(files: Readonly<Record<string, string>>): TemplateScripts {
  const scripts = new TemplateScripts('buildpack');
  scripts.source(files);
  return scripts;
}

describe('the builder for buildpacks', () => {
  it('has the buildpack of a repository detect, compile and release, with the variables and a cache', () => {
    const scripts = withSource({ app: '' });
    const BUILDPACK_URL = repository(buildpack);
    const { exitCode, output } = scripts.run('assemble', { BUILDPACK_URL, TEAM: 'shop' });
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringContaining('---> Simple\n') });
    expect(output).toContain('---> Processes: web worker');
    expect(readFileSync(join(scripts.app, 'src/compiled'), 'utf8')).toBe('compiled by shop\n');
    expect(scripts.run('run').output).toBe('released\n');
    expect(scripts.run('run', { PROCESS: 'worker' }).output).toBe('worker\n');
    scripts.nextBuild();
    scripts.run('assemble', { BUILDPACK_URL: `${BUILDPACK_URL}#v1`, TEAM: 'shop' });
    expect(readFileSync(join(scripts.app, 'cache/cached'), 'utf8')).toBe('cached\ncached\n');
  });

  it('starts what the Procfile says before what the buildpack says, with the variables of .profile.d', () => {
    const scripts = withSource({
      app: '',
      Procfile: 'web: echo "$GREETING" $PORT\n',
      '.profile.d/a.sh': 'export GREETING=hi',
    });
    scripts.run('assemble', { BUILDPACK_URL: repository(buildpack), TEAM: 'a' });
    expect(scripts.run('run', { PORT: '1' }).output).toBe('hi 1\n');
    expect(scripts.run('run', { PROCESS: 'x' })).toMatchObject({
      exitCode: 1,
      output: 'run: there is no process x; there are: web worker \n',
    });
  });

  it('runs several buildpacks in the order of .buildpacks', () => {
    const add = (name: string) => ({ 'bin/compile': `#!/bin/sh\necho ${name} >> "$1/order"\n` });
    const scripts = withSource({ '.buildpacks': `# mine\n${repository(add('a'))}\n${repository(add('b'))}\n` });
    expect(scripts.run('assemble').exitCode).toBe(0);
    expect(readFileSync(join(scripts.app, 'src/order'), 'utf8')).toBe('a\nb\n');
  });

  it.each([
    [{}, 'no buildpack is named: build with -e BUILDPACK_URL=URL'],
    [{ url: repositoryLater(buildpack) }, 'the buildpack does not know this application (bin/detect)'],
    [{ url: repositoryLater({ README: '' }) }, 'this is no buildpack: it has no bin/compile'],
    [{ url: () => '--upload-pack=touch$IFS/tmp/x' }, '--upload-pack=touch$IFS/tmp/x is not the URL'],
    [{ url: () => 'file:///nowhere' }, 'the buildpack could not be fetched'],
  ])('says what is wrong: %#', ({ url }: { url?: () => string }, message) => {
    const scripts = withSource({ 'other-app': '' });
    const { exitCode, output } = scripts.run('assemble', url && { BUILDPACK_URL: url() });
    expect(exitCode).toBe(1);
    expect(output).toContain(`assemble: ${message}`);
    expect(existsSync(join(scripts.app, 'processes'))).toBe(false);
  });
});

function repositoryLater(files: Readonly<Record<string, string>>): () => string {
  return () => repository(files);
}

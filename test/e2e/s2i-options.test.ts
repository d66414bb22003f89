import { describe, expect, it } from 'vitest';
import { appSource, build, imageOf, tryBuild } from '../support/app-build.ts';
import type { Builder } from '../support/builders.ts';
import { failureOf, scriptLines, warningsOf } from '../support/dev-events.ts';
import { gitRepository } from '../support/git-repository.ts';
import { filesOf } from '../support/listing.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const labelsOf = async (tag: string) => (await imageOf(tag)).Config.Labels ?? {};
const namesIn = async (tag: string, folder: string) =>
  [...(await filesOf(tag)).keys()].filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length));

describe('what an image is called', () => {
  it('is its tag, and what --application-name and --description say', async () => {
    const plain = await build('root');
    expect(await labelsOf(plain.tag)).toMatchObject({ 'io.k8s.display-name': plain.tag });
    const named = await build('root', { args: ['-n', 'The shop', '--description', 'Sells: "all"'] });
    expect(await labelsOf(named.tag)).toMatchObject({
      'io.k8s.display-name': 'The shop',
      'io.k8s.description': 'Sells: "all"',
    });
  });
});

describe('what goes in', () => {
  it('goes where --destination says, whatever the image says', async () => {
    const assemble = '#!/bin/sh\nset -e\ncp -R /opt/build/src /app/src\n[ ! -e /tmp/src ] && [ ! -e /elsewhere ]\n';
    const builder: Builder = { scripts: { assemble }, labels: { 'io.openshift.s2i.destination': '/elsewhere' } };
    const { tag } = await build(builder, { args: ['-d', '/opt/build'] });
    const paths = [...(await filesOf(tag)).keys()];
    expect(paths).toContain('app/src/index.html');
    expect(paths.filter((path) => /^(opt\/build|elsewhere)\//.test(path))).toEqual([]);
  });

  it('is not what --exclude matches; a folder stays where something in it does', async () => {
    const source = appSource({ 'log/a.LOG': '', 'log/keep': '', 'all/b.log': '', 'c.log.txt': '' });
    const { tag } = await build('root', { source, args: ['--exclude', '(?i)(^|/)all|\\.log$'] });
    expect(await namesIn(tag, 'app/src/')).toEqual(['c.log.txt', 'index.html', 'log', 'log/keep']);
  });

  it('is a repository without its submodules with --ignore-submodules', async () => {
    const part = gitRepository();
    part.commit({ 'part.txt': 'part' }, 'Part');
    const whole = gitRepository();
    whole.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', part.folder, 'part');
    whole.commit({ 'index.html': 'hello' }, 'Whole');
    const { tag } = await build('root', { source: `file://${whole.folder}`, args: ['--ignore-submodules'] });
    const names = await namesIn(tag, 'app/src/');
    expect(names).toContain('index.html');
    expect(names).not.toContain('part/part.txt');
  });
});

describe('where the image has its scripts', () => {
  it('is what --image-scripts-url says, after those of the source', async () => {
    const folder = tempFolder();
    const say = (text: string) => `#!/bin/sh\necho ${text}\n`;
    writeFiles(folder, { assemble: say('by the flag'), run: say('run') });
    const args = ['--image-scripts-url', `file://${folder}`];
    expect(scriptLines(await build('root', { args }))).toContain('by the flag');
    const source = appSource({ '.s2i/bin/assemble': say('by the source') });
    expect(scriptLines(await build('root', { source, args }))).toContain('by the source');
  });
});

describe('the previous image', () => {
  it('that cannot be pulled is a warning, and the build goes on with the one that is here', async () => {
    const { tag } = await build('root');
    const again = await build('root', { tag, args: ['--incremental-pull-policy', 'always'] });
    expect(warningsOf(again)).toContain(tag);
    expect(scriptLines(again)).toContain('artifacts of build 1 restored');
  });

  it('is pulled by if-not-present when it is not here, and else not', async () => {
    const args = ['--incremental-pull-policy', 'if-not-present'];
    const first = await build('root', { args });
    expect(warningsOf(first)).toContain(first.tag);
    const second = await build('root', { tag: first.tag, args });
    expect(warningsOf(second)).toBe('');
    expect(scriptLines(second)).toContain('artifacts of build 1 restored');
  });
});

describe('--loglevel', () => {
  it('says more from 1 on, as --verbose does', async () => {
    const source = gitRepository();
    source.commit({ 'index.html': 'hello' }, 'First');
    const lines = async (...args: string[]) => {
      const { stderr } = await build('root', {
        source: `file://${source.folder}`,
        args: ['--progress', 'plain', ...args],
      });
      return stderr.split('\n').length;
    };
    expect(await lines('--loglevel=1')).toBeGreaterThan(await lines('--loglevel', '0'));
  });
});

describe('--dockercfg-path', () => {
  it('that is not there is a wrong command line that names it, before anything is made', async () => {
    const ended = await tryBuild('root', { args: ['--dockercfg-path', 'absent.json'] });
    expect(failureOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining('/absent.json') });
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { warningsOf } from '../../support/dev-events.ts';
import { inspectImage } from '../../support/engine.ts';
import { gitRepository } from '../../support/git-repository.ts';
import { failToBuild, lookInto } from '../../support/looking.ts';
import { asOrdinaryUser, giveTo } from '../../support/ordinary-user.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder();
  writeFiles(folder, files);
  return folder;
}

describe('a local folder', () => {
  it('is taken as it is now, uncommitted changes included, without .git', async () => {
    const repository = gitRepository();
    const id = repository.commit({ 'changed.txt': 'committed', 'deleted.txt': 'committed' }, 'First');
    writeFiles(repository.folder, { 'changed.txt': 'uncommitted', 'new/untracked.txt': 'untracked' });
    repository.git('rm', '--quiet', 'deleted.txt');

    const { seen, tag } = await lookInto(repository.folder);

    expect(seen).toEqual(['file changed.txt: uncommitted', 'folder new', 'file new/untracked.txt: untracked']);
    expect((await inspectImage(tag))?.Config.Labels).toMatchObject({
      'io.openshift.s2i.build.source-location': repository.folder,
      'io.openshift.s2i.build.commit.id': id,
      'io.openshift.s2i.build.commit.ref': 'main',
    });
  });

  it('may be named by a path relative to where sti runs', async () => {
    const folder = folderOf({ 'apps/web/index.html': 'hello' });
    expect((await lookInto('apps/web', { cwd: folder })).seen).toEqual(['file index.html: hello']);
  });

  it.each([
    ['.stiignore', 'file b.log: b'],
    ['.s2iignore', 'file b.log: b'],
    // Docker roots every pattern, git only those with a slash inside.
    ['.dockerignore', 'file b.log: b', 'folder deep', 'file deep/a.log: deep'],
  ])('leaves out what %s names', async (name, ...expected) => {
    const rules = '*.log\n!b.log\n/build\n';
    const folder = folderOf({ 'a.log': 'a', 'b.log': 'b', 'deep/a.log': 'deep', 'build/out': 'out', [name]: rules });
    const { seen } = await lookInto(folder);
    const withoutEmpty = name === '.dockerignore' ? expected : [...expected, 'folder deep'];
    expect(seen).toEqual([`file ${name}: *.log`, ...withoutEmpty]);
  });

  it('obeys .stiignore alone when there are several ignore files', async () => {
    const folder = folderOf({ '.stiignore': 'a\n', '.s2iignore': 'b\n', '.dockerignore': 'c\n', a: '', b: '', c: '' });
    const { seen } = await lookInto(folder);
    expect(seen.filter((line) => !line.includes('ignore'))).toEqual(['file b: ', 'file c: ']);
  });

  it('keeps links as links, those that lead out of it too', async () => {
    const folder = folderOf({ 'real/file': 'content' });
    symlinkSync('real/file', join(folder, 'inside'));
    symlinkSync('/etc/hostname', join(folder, 'outside'));
    symlinkSync('nowhere', join(folder, 'broken'));
    symlinkSync('real', join(folder, 'to-folder'));
    const { seen } = await lookInto(folder);
    expect(seen.filter((line) => line.startsWith('link'))).toEqual([
      'link broken -> nowhere',
      'link inside -> real/file',
      'link outside -> /etc/hostname',
      'link to-folder -> real',
    ]);
  });

  it('is built without its sockets and pipes, with a warning that names them', async () => {
    const folder = folderOf({ file: 'content' });
    execFileSync('mkfifo', [join(folder, 'a-pipe')]);
    const server = createServer().listen(join(folder, 'a-socket'));
    onTestFinished(() => {
      server.close();
    });
    const looked = await lookInto(folder);
    expect(looked.seen).toEqual(['file file: content']);
    expect(warningsOf(looked)).toContain('a-pipe, a-socket');
  });

  it('is refused when it has a file that this user may not read, which is named', async () => {
    const folder = folderOf({ 'open.txt': 'open', 'deep/closed.txt': 'closed' });
    const user = asOrdinaryUser();
    giveTo(user, folder);
    chmodSync(join(folder, 'deep/closed.txt'), 0);
    const { message, hint } = await failToBuild(folder, 20, user);
    expect(message).toContain('deep/closed.txt');
    expect(message).not.toContain('open.txt');
    expect(hint).toContain('chmod');
  });

  it('is built for an ordinary user too', async () => {
    const folder = folderOf({ 'private.txt': 'content' });
    chmodSync(join(folder, 'private.txt'), 0o600);
    const user = asOrdinaryUser();
    giveTo(user, folder);
    expect((await lookInto(folder, user)).seen).toEqual(['file private.txt: content']);
  });
});

describe('--context-dir', () => {
  it('takes that folder of the source, with the ignore file of the root where it has none', async () => {
    const folder = folderOf({
      'apps/web/a.log': 'a',
      'apps/web/page': 'page',
      other: 'other',
      '.stiignore': '*.log\n',
    });
    const { seen, tag } = await lookInto(folder, { args: ['--context-dir', 'apps/web'] });
    expect(seen).toEqual(['file page: page']);
    expect((await inspectImage(tag))?.Config.Labels).toMatchObject({
      'io.openshift.s2i.build.source-context-dir': 'apps/web',
    });
  });

  it.each(['..', 'apps/../..', '/etc', 'no-such-folder'])('is refused when it is %s', async (contextDir) => {
    const folder = folderOf({ 'apps/page': 'page' });
    const { message } = await failToBuild(folder, 22, { args: ['--context-dir', contextDir] });
    expect(message).toContain(JSON.stringify(contextDir));
  });

  it('is refused when a link leads it out of the source', async () => {
    const folder = folderOf({ page: 'page' });
    symlinkSync(folderOf({ secret: 'secret' }), join(folder, 'link'));
    const { message } = await failToBuild(folder, 22, { args: ['--context-dir', 'link'] });
    expect(message).toContain('"link"');
  });
});

describe('a single file', () => {
  it('is put in under its own name', async () => {
    const folder = folderOf({ 'shop.war': 'PK, or so', 'beside.txt': 'beside' });
    expect((await lookInto(join(folder, 'shop.war'))).seen).toEqual(['file shop.war: PK, or so']);
  });
});

describe('a source that is not there', () => {
  it.each(['./no-such-folder', 'no-such.tar.gz', 'apps/web#main'])(
    'is refused before anything is made: %s',
    async (source) => {
      const { message, hint } = await failToBuild(source, 20);
      expect(message).toContain(JSON.stringify(source));
      expect(hint).toBeDefined();
    },
  );

  it('is refused when it is neither a file nor a folder', async () => {
    const folder = tempFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const { message } = await failToBuild(join(folder, 'pipe'), 20);
    expect(message).toContain(join(folder, 'pipe'));
  });
});

describe('an empty source', () => {
  it('is built, with nothing in it', async () => {
    expect((await lookInto(tempFolder())).seen).toEqual([]);
  });

  it('is pointed out when it is the ignore file that leaves nothing', async () => {
    const folder = folderOf({ '.stiignore': '*\n' });
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/b'), '');
    const looked = await lookInto(folder);
    expect(looked.seen).toEqual([]);
    expect(warningsOf(looked)).toContain('.stiignore');
  });
});

import { describe, expect, it } from 'vitest';
import { inspectImage } from '../../support/engine.ts';
import { bareCopy, gitRepository, type Repository, serveRepository } from '../../support/git-repository.ts';
import { failToBuild, lookInto } from '../../support/looking.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

interface History {
  readonly repository: Repository;
  readonly first: string;
}

/** `main` at its second commit, the tag `v1` and the branch `old/one` at the first, `side` with a commit of its own. */
function repositoryWithHistory(): History {
  const repository = gitRepository();
  const first = repository.commit({ page: 'first' }, 'First page');
  repository.git('tag', 'v1');
  repository.git('branch', 'old/one');
  repository.git('checkout', '--quiet', '-b', 'side');
  repository.commit({ page: 'side' }, 'Side page');
  repository.git('checkout', '--quiet', 'main');
  repository.commit({ page: 'second' }, 'Second page\n\nWith more words.');
  writeFiles(repository.folder, { page: 'uncommitted' });
  return { repository, first };
}

async function labelsOf(tag: string): Promise<Readonly<Record<string, string>>> {
  const labels = Object.entries((await inspectImage(tag))?.Config.Labels ?? {});
  const prefix = 'io.openshift.s2i.build.';
  return Object.fromEntries(
    labels.flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [])),
  );
}

describe('a git repository', () => {
  it('by a file:// URL: the last commit of its branch, which the labels tell about', async () => {
    const { repository } = repositoryWithHistory();
    const { seen, tag } = await lookInto(repository.url);
    expect(seen).toEqual(['file page: second']);
    expect(await labelsOf(tag)).toMatchObject({
      'source-location': repository.url,
      'commit.id': repository.git('rev-parse', 'main'),
      'commit.ref': 'main',
      'commit.author': 'Ada <ada@example.org>',
      'commit.date': expect.stringMatching(/^2024-03-01T12:00:00(Z|\+00:00)$/),
      'commit.message': 'Second page',
    });
  });

  it('by the path of a bare one that ends in .git, with a ref behind it or without', async () => {
    const bare = bareCopy(repositoryWithHistory().repository);
    expect((await lookInto(bare)).seen).toEqual(['file page: second']);
    expect((await lookInto(`${bare}#side`)).seen).toEqual(['file page: side']);
  });

  it.each([
    ['a branch', () => 'side', 'side'],
    ['a branch with a slash', () => 'old/one', 'first'],
    ['a tag', () => 'v1', 'first'],
    ['a commit', (first: string) => first, 'first'],
    ['a commit by a short id', (first: string) => first.slice(0, 8), 'first'],
  ])('at #ref: %s', async (_, refOf, page) => {
    const { repository, first } = repositoryWithHistory();
    const { seen, tag } = await lookInto(`${repository.url}#${refOf(first)}`);
    expect(seen).toEqual([`file page: ${page}`]);
    expect(await labelsOf(tag)).toMatchObject({ 'commit.ref': refOf(first), 'source-location': repository.url });
  });

  it('at --ref, which beats #ref', async () => {
    const { repository } = repositoryWithHistory();
    const { seen } = await lookInto(`${repository.url}#v1`, { args: ['--ref', 'side'] });
    expect(seen).toEqual(['file page: side']);
  });

  it('in a local folder is cloned, not copied, when --ref asks for a commit of it', async () => {
    const { repository } = repositoryWithHistory();
    expect((await lookInto(repository.folder, { args: ['-r', 'v1'] })).seen).toEqual(['file page: first']);
  });

  it.each([
    ['#ref', ['no-such-ref']],
    ['--ref', ['', '--ref', 'no-such-ref']],
  ])('is refused when it has no such %s, which is named', async (_, [fragment, ...args]) => {
    const { repository } = repositoryWithHistory();
    const { message, hint } = await failToBuild(`${repository.url}#${fragment}`, 21, { args });
    expect(message).toContain('"no-such-ref"');
    expect(hint).toContain(`git ls-remote ${repository.url}`);
  });

  it('is refused when it is not there', async () => {
    const url = `file://${tempFolder()}/gone`;
    expect((await failToBuild(url, 20)).message).toContain(url);
  });

  it.each(['#--upload-pack=touch', '#-b'])(
    'is refused when its ref would be an option of git: %s',
    async (fragment) => {
      const { repository } = repositoryWithHistory();
      const { message } = await failToBuild(repository.url + fragment, 20);
      expect(message).toContain(fragment.slice(1));
    },
  );

  it('obeys its ignore file and --context-dir', async () => {
    const repository = gitRepository();
    repository.commit({ 'web/page': 'page', 'web/notes.md': 'notes', other: 'other', '.s2iignore': '*.md\n' }, 'All');
    const { seen } = await lookInto(repository.url, { args: ['--context-dir', 'web'] });
    expect(seen).toEqual(['file page: page']);
  });
});

describe('a git repository over http', () => {
  it('is cloned from git’s own server, at any kind of ref', async () => {
    const { repository, first } = repositoryWithHistory();
    const url = await serveRepository(repository);
    for (const [fragment, page] of [
      ['', 'second'],
      ['#side', 'side'],
      ['#v1', 'first'],
      [`#${first}`, 'first'],
    ]) {
      const { seen, tag } = await lookInto(`${url}${fragment}`);
      expect(seen).toEqual([`file page: ${page}`]);
      expect(await labelsOf(tag)).toMatchObject({ 'source-location': url });
    }
  });

  it('is refused when it has no such ref', async () => {
    const { repository } = repositoryWithHistory();
    const { message } = await failToBuild(`${await serveRepository(repository)}#no-such-ref`, 21);
    expect(message).toContain('"no-such-ref"');
  });

  it('brings its submodules, at the commits that the ref has', async () => {
    const library = gitRepository();
    library.commit({ code: 'library one' }, 'One');
    const repository = gitRepository();
    repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.url, 'lib');
    repository.git('config', '--file', '.gitmodules', 'submodule.lib.url', await serveRepository(library));
    repository.commit({ page: 'page' }, 'With a library');
    library.commit({ code: 'library two' }, 'Two');

    const { seen } = await lookInto(await serveRepository(repository));

    expect(seen).toContain('file lib/code: library one');
    expect(seen.filter((line) => / (lib\/)?\.git\b(?!modules)/.test(line))).toEqual([]);
  });

  it('is cloned with the password of its URL, which nobody gets to see', async () => {
    const { repository } = repositoryWithHistory();
    const url = await serveRepository(repository, 'ada:open-sesame');
    const { seen, stdout, stderr, tag } = await lookInto(url, { args: ['--verbose'] });
    expect(seen).toEqual(['file page: second']);
    expect(stdout + stderr).toContain('ada:***@');
    expect(stdout + stderr + JSON.stringify(await inspectImage(tag))).not.toContain('open-sesame');
  });

  it('is refused in bounded words when the password is wrong', async () => {
    const { repository } = repositoryWithHistory();
    const url = (await serveRepository(repository, 'ada:open-sesame')).replace('open-sesame', 'wrong-words');
    const { hint, stdout } = await failToBuild(url, 20);
    expect(hint).toBeDefined();
    expect(stdout).not.toContain('wrong-words');
  });
});

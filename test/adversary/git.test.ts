import { execFileSync } from 'node:child_process';
import { chmodSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFolder } from '../../source/origin/folder.ts';
import { gitRepository, type Repository } from '../support/git-repository.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';
import { makeCanary } from './canary.ts';
import { cloneOf, configure, lose, setTrap, type Trap, touch } from './trap.ts';

/** What makes git run a command of the folder's choice: how it is set, and the git command that runs it. */
const variants: readonly (readonly [string, (trap: Trap) => void, readonly string[]])[] = [
  [
    'a promisor remote by ext::',
    (trap) => lose(trap, { 'protocol.ext.allow': 'always', 'remote.origin.url': `ext::${trap.command}` }),
    ['log', '-1'],
  ],
  [
    'a promisor remote with an uploadpack',
    (trap) => lose(trap, { 'remote.origin.url': '.', 'remote.origin.uploadpack': trap.command }),
    ['log', '-1'],
  ],
  [
    'core.sshCommand',
    (trap) => lose(trap, { 'remote.origin.url': 'ssh://host.invalid/x', 'core.sshCommand': trap.command }),
    ['log', '-1'],
  ],
  [
    'core.gitProxy',
    (trap) => lose(trap, { 'remote.origin.url': 'git://host.invalid/x', 'core.gitProxy': trap.command }),
    ['log', '-1'],
  ],
  [
    'remote.origin.vcs',
    (trap) =>
      lose(trap, {
        'protocol.allow': 'always',
        'protocol.ext.allow': 'always',
        'remote.origin.vcs': 'ext',
        'remote.origin.url': trap.command,
      }),
    ['log', '-1'],
  ],
  ['core.fsmonitor', ({ repository, command }) => configure(repository, { 'core.fsmonitor': command }), ['status']],
  [
    'an include',
    ({ repository, command }) => {
      writeFiles(repository.folder, { 'sub/config': `[core]\nfsmonitor = ${command}\n` });
      configure(repository, { 'include.path': '../sub/config' });
    },
    ['status'],
  ],
  [
    'the configuration of a work tree',
    ({ repository, command }) => {
      configure(repository, { 'core.repositoryFormatVersion': '1', 'extensions.worktreeConfig': 'true' });
      repository.git('config', '--worktree', 'core.fsmonitor', command);
    },
    ['status'],
  ],
  [
    'a clean filter',
    ({ repository, command }) => {
      configure(repository, { 'filter.x.clean': command });
      touch(repository.folder);
    },
    ['status'],
  ],
  [
    'a filter process',
    ({ repository, command }) => {
      configure(repository, { 'filter.x.process': command });
      touch(repository.folder);
    },
    ['status'],
  ],
  [
    'a hook',
    ({ repository, command }) => {
      writeFiles(repository.folder, { '.git/hooks/post-index-change': `#!/bin/sh\nexec ${command}\n` });
      chmodSync(join(repository.folder, '.git/hooks/post-index-change'), 0o755);
      touch(repository.folder);
    },
    ['status'],
  ],
  [
    'core.hooksPath',
    ({ repository, command }) => {
      writeFiles(repository.folder, { 'hooks/post-index-change': `#!/bin/sh\nexec ${command}\n` });
      chmodSync(join(repository.folder, 'hooks/post-index-change'), 0o755);
      configure(repository, { 'core.hooksPath': 'hooks' });
      touch(repository.folder);
    },
    ['status'],
  ],
  [
    'a signature and gpg.program',
    ({ repository, command }) => {
      const [head, ...rest] = repository.git('cat-file', 'commit', 'HEAD').split('\n\n');
      const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----';
      const signed = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
        cwd: repository.folder,
        input: `${head}\n${signature}\n\n${rest.join('\n\n')}\n`,
        encoding: 'utf8',
      });
      repository.git('update-ref', 'HEAD', signed.trim());
      configure(repository, { 'gpg.program': command, 'log.showSignature': 'true' });
    },
    ['log', '-1'],
  ],
  [
    'a submodule',
    ({ repository, command }) => {
      const library = gitRepository();
      library.commit({ code: '' }, 'One');
      repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.folder, 'lib');
      repository.commit({}, 'With a library');
      repository.git('-C', 'lib', 'config', 'core.fsmonitor', command);
    },
    ['status'],
  ],
  [
    'a .git file that leads to another folder of the source',
    ({ repository, command }) => {
      configure(repository, { 'core.fsmonitor': command, 'core.worktree': '..' });
      renameSync(join(repository.folder, '.git'), join(repository.folder, 'meta'));
      writeFiles(repository.folder, { '.git': 'gitdir: meta\n' });
    },
    ['status'],
  ],
];

/** git as an ordinary user has it. */
function plainGit(folder: string, words: readonly string[]): void {
  try {
    execFileSync('git', [...words], { cwd: folder, stdio: 'ignore', timeout: 100_000 });
  } catch {
    // The command of the trap fails, and git with it.
  }
}

describe('a folder that others have made', () => {
  it.each(variants)('runs nothing by %s, which plain git does', async (_, arm, words) => {
    const plain = setTrap();
    arm(plain);
    plainGit(plain.repository.folder, words);
    expect(plain.sprung()).toBe(true);

    const trap = setTrap();
    arm(trap);
    await openFolder(trap.repository.folder, { workDir: tempFolder() });
    await cloneOf(trap.repository).catch(() => {});
    expect(trap.sprung()).toBe(false);
  });

  const victim = (): { repository: Repository; secret: string } => {
    const { secret } = makeCanary();
    const repository = gitRepository();
    repository.commit({ private: 'x' }, secret);
    return { repository, secret };
  };

  it.each<[string, (folder: string, other: Repository) => void]>([
    ['.git is a link to it', (folder, other) => symlinkSync(join(other.folder, '.git'), join(folder, '.git'))],
    ['a .git file names it', (folder, other) => writeFiles(folder, { '.git': `gitdir: ${other.folder}/.git\n` })],
    [
      'a .git file names a work tree of it',
      (folder, other) => {
        other.git('worktree', 'add', '--quiet', '-b', 'other', join(tempFolder(), 'tree'));
        writeFiles(folder, { '.git': `gitdir: ${other.folder}/.git/worktrees/tree\n` });
      },
    ],
    [
      'commondir names it',
      (folder, other) => {
        writeFiles(folder, {
          '.git/HEAD': 'ref: refs/heads/main\n',
          '.git/commondir': `${other.folder}/.git\n`,
          '.git/objects/x': '',
        });
      },
    ],
    [
      'a forged work tree names it',
      (folder, other) => {
        writeFiles(folder, {
          '.git': 'gitdir: meta/worktrees/w\n',
          'meta/worktrees/w/HEAD': 'ref: refs/heads/main\n',
          'meta/worktrees/w/gitdir': `${realpathSync(folder)}/.git\n`,
          'meta/worktrees/w/commondir': `${other.folder}/.git\n`,
          'meta/objects/x': '',
        });
      },
    ],
    [
      'refs and objects are links to it',
      (folder, other) => {
        writeFiles(folder, { '.git/HEAD': 'ref: refs/heads/main\n' });
        for (const name of ['refs', 'objects'])
          symlinkSync(join(other.folder, '.git', name), join(folder, '.git', name));
      },
    ],
    [
      'alternates name it, and HEAD its commit',
      (folder, other) => {
        writeFiles(folder, {
          '.git/HEAD': other.git('rev-parse', 'HEAD'),
          '.git/objects/info/alternates': `${other.folder}/.git/objects\n`,
        });
      },
    ],
    [
      'objects is a link to it, and HEAD its commit',
      (folder, other) => {
        writeFiles(folder, { '.git/HEAD': other.git('rev-parse', 'HEAD') });
        symlinkSync(join(other.folder, '.git/objects'), join(folder, '.git/objects'));
      },
    ],
  ])('says nothing of another repository of this machine: %s', async (_, point) => {
    const { repository, secret } = victim();
    const folder = tempFolder();
    writeFiles(folder, { page: '' });
    point(folder, repository);
    const { revision } = await openFolder(folder, { workDir: tempFolder() });
    expect(JSON.stringify(revision ?? '')).not.toContain(secret);
    expect(revision).toBeUndefined();
  });

  it.each([
    '.git/HEAD',
    '.git/index',
    '.git/config',
    '.git/packed-refs',
    '.git/info/exclude',
    '.git/info/attributes',
    '.git/objects/info/alternates',
    '.git/objects/pack/pack-1.idx',
    '.gitignore',
    '.gitattributes',
    '.gitmodules',
  ])('makes nobody wait with a pipe at %s', async (path) => {
    const { repository } = setTrap();
    rmSync(join(repository.folder, path), { force: true });
    writeFiles(repository.folder, { [`${path}-beside`]: '' });
    execFileSync('mkfifo', [join(repository.folder, path)]);
    expect(await openFolder(repository.folder, { workDir: tempFolder() })).toHaveProperty('tree');
  });
});

import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openSource } from '../../source/origin/open.ts';
import { gitRepository } from '../support/git-repository.ts';
import { plainHttp } from '../support/http-client.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';
import { configure, setTrap, type Trap } from './trap.ts';

describe('a clone', () => {
  /** The user's own configuration, as `~/.gitconfig` has it. */
  const userConfigures = (text: string) => {
    const folder = tempFolder();
    writeFiles(folder, { gitconfig: text });
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(folder, 'gitconfig'));
    onTestFinished(() => void vi.unstubAllEnvs());
  };
  const clone = (url: string, workDir = tempFolder()) => openSource({ kind: 'git', url }, { http: plainHttp, workDir });

  it('obeys no repository that its temporary folder is in', async () => {
    const { repository, command, sprung } = setTrap();
    configure(repository, { 'core.sshCommand': command });
    writeFiles(repository.folder, { 'tmp/x': '' });
    await expect(clone('git@host.invalid:app.git', join(repository.folder, 'tmp'))).rejects.toMatchObject({
      code: 'source',
    });
    expect(sprung()).toBe(false);
  });

  it('obeys the user: their insteadOf counts', async () => {
    const { repository } = setTrap();
    userConfigures(`[url "file://${repository.folder}"]\ninsteadOf = https://host.invalid/app.git\n`);
    expect(await clone('https://host.invalid/app.git')).toMatchObject({ fileCount: 3 });
  });

  it('runs no hook, of a template or of the user', async () => {
    const { repository, command, sprung } = setTrap();
    const hooks = tempFolder();
    writeFiles(hooks, { 'hooks/post-checkout': `#!/bin/sh\nexec ${command}\n` });
    chmodSync(join(hooks, 'hooks/post-checkout'), 0o755);
    for (const setting of [`[init]\ntemplateDir = ${hooks}\n`, `[core]\nhooksPath = ${hooks}/hooks\n`]) {
      userConfigures(setting);
      await clone(repository.url);
      expect(sprung()).toBe(false);
    }
  });

  it.each([
    ['a command of its own', ({ command }: Trap) => `ext::${command}`],
    ['a repository of the host', () => gitRepository().url],
    ['an option', ({ command }: Trap) => `--upload-pack=${command}`],
  ])('does not let a submodule reach %s', async (_, urlOf) => {
    const trap = setTrap();
    const { repository } = trap;
    const library = gitRepository();
    library.commit({ code: '' }, 'One');
    userConfigures('[protocol "ext"]\nallow = always\n');
    repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.folder, 'lib');
    repository.git('config', '--file', '.gitmodules', 'submodule.lib.url', urlOf(trap));
    repository.commit({}, 'With a library');
    await expect(clone(repository.url)).rejects.toMatchObject({ code: 'source' });
    expect(trap.sprung()).toBe(false);
  });

  it('takes no URL for a remote helper', async () => {
    const { command, sprung } = setTrap();
    userConfigures('[protocol "ext"]\nallow = always\n');
    await expect(clone(`ext::${command}`)).rejects.toMatchObject({ code: 'source' });
    expect(sprung()).toBe(false);
  });

  it('keeps no password in its configuration', async () => {
    const { repository } = setTrap();
    userConfigures(`[url "file://${repository.folder}"]\ninsteadOf = https://host.invalid/app.git\n`);
    const { tree } = await clone('https://ada:open-sesame@host.invalid/app.git');
    const config = readFileSync(join(tree.root, '.git/config'), 'utf8');
    expect(config).toContain('https://host.invalid/app.git');
    expect(config).not.toContain('open-sesame');
  });
});

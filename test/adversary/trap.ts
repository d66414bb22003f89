import { chmodSync, existsSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { openSource } from '../../source/origin/open.ts';
import { gitRepository, type Repository } from '../support/git-repository.ts';
import { plainHttp } from '../support/http-client.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

/** A repository with one commit, and a command whose run leaves a mark. */
export interface Trap {
  readonly repository: Repository;
  readonly command: string;
  sprung(): boolean;
}

export function setTrap(): Trap {
  const folder = tempFolder();
  const [mark, command] = [join(folder, 'mark'), join(folder, 'command')];
  writeFiles(folder, { command: `#!/bin/sh\ntouch ${mark}\nexit 1\n` });
  chmodSync(command, 0o755);
  const repository = gitRepository();
  repository.commit({ file: 'content', '.gitattributes': '*.x filter=x\n', 'a.x': 'x' }, 'First');
  return { repository, command, sprung: () => existsSync(mark) };
}

export function configure({ git }: Repository, settings: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(settings)) git('config', name, value);
}

/** The commit's object is only at a remote that this configures. */
export function lose({ repository }: Trap, settings: Readonly<Record<string, string>>): void {
  const id = repository.git('rev-parse', 'HEAD');
  rmSync(join(repository.folder, '.git/objects', id.slice(0, 2), id.slice(2)));
  configure(repository, {
    'core.repositoryFormatVersion': '1',
    'extensions.partialClone': 'origin',
    'remote.origin.promisor': 'true',
    ...settings,
  });
}

/** git has to compare this file's content then. */
export const touch = (folder: string) => utimesSync(join(folder, 'a.x'), 1, 1);

/** What sti takes of a folder that is given with a ref: it clones it. */
export function cloneOf({ folder }: Repository) {
  return openSource({ kind: 'folder', path: folder }, { http: plainHttp, workDir: tempFolder(), ref: 'main' });
}

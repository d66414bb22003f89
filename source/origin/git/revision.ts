import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Revision } from '../opened.ts';
import { findGitFolders, readHead } from './checkout.ts';
import { runConfined, type Settings } from './confined.ts';
import { runGit } from './environment.ts';
import { makePrivateRepository } from './private-repository.ts';
import { readComparison, readSetting } from './settings.ts';

const format = ['%H', '%an <%ae>', '%aI', '%s', '%D'].join('%x00');
const log = ['log', '--no-walk', '--no-show-signature', '--no-color', '--decorate=short', `--format=${format}`];
const longestMessage = 80;

/** The commit of a clone of sti's own; undefined when it has none. */
export async function readRevision(
  clone: string,
  options: { readonly askedRef?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Revision | undefined> {
  try {
    return parseRevision(await runGit(clone, log, options.signal), options.askedRef);
  } catch {
    options.signal?.throwIfAborted();
    return undefined;
  }
}

/**
 * The commit that a checkout of whoever made it stands on, and whether it has more than that; undefined without git,
 * without a commit, or where nothing can be found out without obeying the checkout's own configuration.
 * @param workDir a private folder
 */
export async function readCheckout(
  folder: string,
  { workDir, signal }: { readonly workDir: string; readonly signal?: AbortSignal | undefined },
): Promise<Revision | undefined> {
  const repository = join(workDir, 'labels.git');
  try {
    await mkdir(repository);
    const folders = await findGitFolders(folder, (file, name) => readSetting(repository, file, name));
    const head = folders && (await readHead(folders));
    if (folders === undefined || head === undefined) return undefined;
    await makePrivateRepository(repository, folders, head);
    // Both have ended before the repository is removed.
    const [output, dirty] = await Promise.allSettled([
      runConfined(repository, [...log, head.id], { signal }),
      isDirty(repository, { workTree: folder, config: join(folders.common, 'config'), signal }),
    ]);
    signal?.throwIfAborted();
    const revision = output.status === 'fulfilled' ? parseRevision(output.value, head.branch) : undefined;
    return revision && { ...revision, ...(dirty.status === 'fulfilled' && dirty.value && { dirty: true }) };
  } catch {
    signal?.throwIfAborted();
    return undefined;
  } finally {
    await rm(repository, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Whether git lists a file as changed, added or untracked; no filter of anybody runs for it. A submodule is another when
 * it stands on another commit: what else changed in it only its own configuration could tell.
 */
async function isDirty(
  repository: string,
  { config, ...options }: { workTree: string; config: string; signal: AbortSignal | undefined },
): Promise<boolean> {
  // Settings only ever make a file count as unchanged, so most checkouts need none.
  if (!(await listsAnything(repository, options))) return false;
  return listsAnything(repository, { ...options, settings: await readComparison(repository, config) });
}

async function listsAnything(
  repository: string,
  options: { workTree: string; settings?: Settings; signal: AbortSignal | undefined },
): Promise<boolean> {
  const status = [
    'status',
    '--porcelain',
    '-z',
    '--no-renames',
    '--ignore-submodules=dirty',
    '--untracked-files=normal',
  ];
  try {
    // The first path is answer enough: git is stopped then.
    await runConfined(repository, status, { ...options, maxBytes: 1 });
    return false;
  } catch (error) {
    return error instanceof RangeError && 'code' in error && error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
  }
}

function parseRevision(output: string, ref: string | undefined): Revision | undefined {
  const [id, author, date, subject, decoration] = output.trimEnd().split('\0');
  if (id === undefined || author === undefined || date === undefined || subject === undefined) return undefined;
  return { id, ref: ref ?? refIn(decoration ?? '') ?? id, author, date, message: shorten(subject) };
}

/** `HEAD -> main, tag: v1` names the branch; a detached HEAD may still stand on a tag. */
function refIn(decoration: string): string | undefined {
  const names = decoration.split(', ');
  const branch = names.find((name) => name.startsWith('HEAD -> '))?.slice('HEAD -> '.length);
  return branch ?? names.find((name) => name.startsWith('tag: '))?.slice('tag: '.length);
}

function shorten(subject: string): string {
  const characters = [...subject];
  return characters.length <= longestMessage ? subject : `${characters.slice(0, longestMessage - 1).join('')}…`;
}

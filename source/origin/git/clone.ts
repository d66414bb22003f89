import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimpleGit } from 'simple-git';
import { createGit, type GitOptions } from './client.ts';

export interface CloneRequest extends GitOptions {
  /** Without a password. */
  readonly url: string;
  /** undefined: the remote's HEAD. */
  readonly ref: string | undefined;
  /** Made by the clone. */
  readonly folder: string;
}

const commitId = /^([0-9a-f]{40}|[0-9a-f]{64})$/i;
/** What another way of fetching can't heal. */
const unreachable =
  /could not (resolve|read|connect)|unable to (access|connect|look up)|connection|authentication|permission denied|repository .*not found|does not exist|not appear to be a git repository|dubious ownership|not allowed|no space left|quota exceeded|timeout reached/i;

/**
 * Clones as shallow as the server allows: a branch or tag by name, any other ref by itself, and when the server
 * gives neither, the whole history. False: the repository was read and has no such ref.
 */
export async function clone(request: CloneRequest): Promise<boolean> {
  const { ref } = request;
  if (ref === undefined) {
    await attempt(
      () => cloneBranch(request, []),
      () => cloneBranch(request, undefined),
    );
    return true;
  }
  if (!commitId.test(ref) && (await succeeds(() => cloneBranch(request, [`--branch=${ref}`])))) return true;
  const git = await emptyRepository(request);
  if (await succeeds(() => git.raw('fetch', '--progress', '--depth=1', '--', 'origin', ref))) {
    await git.raw('checkout', '--quiet', '--detach', 'FETCH_HEAD');
    return true;
  }
  await git.raw('fetch', '--progress', '--tags', '--', 'origin', '+refs/heads/*:refs/remotes/origin/*');
  return checkoutKnown(git, ref);
}

/** Submodules at the commits the checkout names; a server that refuses single commits gives them with their history. */
export async function updateSubmodules({ folder, ...options }: Omit<CloneRequest, 'url' | 'ref'>): Promise<void> {
  if (!existsSync(join(folder, '.gitmodules'))) return;
  const git = await createGit(folder, options);
  const update = ['submodule', 'update', '--init', '--recursive', '--progress'];
  await attempt(
    () => git.raw(...update, '--depth=1'),
    async () => {
      await git.raw('submodule', 'deinit', '--force', '--all');
      await rm(join(folder, '.git', 'modules'), { recursive: true, force: true });
      return git.raw(...update);
    },
  );
}

/** `options` undefined: the whole history. */
async function cloneBranch(
  { url, folder, ...access }: CloneRequest,
  options: readonly string[] | undefined,
): Promise<void> {
  await makeEmpty(folder);
  const git = await createGit(folder, access);
  await git.clone(url, folder, ['--progress', ...(options === undefined ? [] : ['--depth=1', ...options])]);
}

async function emptyRepository({ url, folder, ...access }: CloneRequest): Promise<SimpleGit> {
  await makeEmpty(folder);
  const git = await createGit(folder, access);
  await git.raw('init', '--quiet');
  await git.raw('remote', 'add', '--', 'origin', url);
  return git;
}

async function checkoutKnown(git: SimpleGit, ref: string): Promise<boolean> {
  for (const name of [ref, `origin/${ref}`]) {
    const id = await git
      .raw('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`)
      .catch(() => '');
    if (id.trim() === '') continue;
    await git.raw('checkout', '--quiet', '--detach', id.trim());
    return true;
  }
  return false;
}

async function makeEmpty(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
}

async function succeeds(action: () => Promise<unknown>): Promise<boolean> {
  return attempt(
    async () => {
      await action();
      return true;
    },
    async () => false,
  );
}

/** `otherwise` when `action` failed for a reason that it may not share. */
async function attempt<T>(action: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'AbortError' || unreachable.test(error.message)) throw error;
    return otherwise();
  }
}

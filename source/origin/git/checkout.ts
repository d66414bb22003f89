import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { readInside } from './read-file.ts';

/** Where git keeps what belongs to a checkout. Real paths. */
export interface GitFolders {
  /** HEAD and the index. */
  readonly own: string;
  /** Refs, objects and the configuration: the same folder, but for a linked work tree. */
  readonly common: string;
}

/** What a checkout stands on. */
export interface Head {
  readonly id: string;
  /** undefined: detached. */
  readonly branch: string | undefined;
}

/** Looks a value up in a configuration file of git. */
export type ReadSetting = (file: string, name: string) => Promise<string | undefined>;

/**
 * Finds the git folders of a checkout without running git; undefined when there are none, or a link leads to them.
 *
 * The `.git` file of a work tree or a submodule may come from a stranger and name any repository of this machine, whose
 * last commit nobody wants to publish. So it counts only where that repository names the checkout as well.
 */
export async function findGitFolders(checkout: string, readSetting: ReadSetting): Promise<GitFolders | undefined> {
  const root = await realpath(checkout);
  const mark = join(root, '.git');
  const found = await lstat(mark);
  if (found.isDirectory()) return { own: mark, common: mark };
  const [, named] = /^gitdir: (.+)/.exec(await readText(root, mark)) ?? [];
  if (!found.isFile() || named === undefined) return undefined;
  const own = await realpath(resolve(root, named));
  if (basename(dirname(own)) === 'worktrees') {
    const back = (await readText(own, join(own, 'gitdir'))).trim();
    return (await leadsTo(mark, own, back)) ? { own, common: dirname(dirname(own)) } : undefined;
  }
  const back = await readSetting(join(own, 'config'), 'core.worktree');
  return back !== undefined && (await leadsTo(root, own, back)) ? { own, common: own } : undefined;
}

/** undefined: there is no commit, or the refs are kept in a way that this doesn't know (reftable). */
export async function readHead({ own, common }: GitFolders): Promise<Head | undefined> {
  let text = await readText(own, join(own, 'HEAD'));
  let branch: string | undefined;
  for (let depth = 0; depth < maxDepth; depth++) {
    const [, name] = /^ref: (\S+)\s*$/.exec(text) ?? [];
    if (name === undefined) {
      const [id] = commitId.exec(text) ?? [];
      return id === undefined ? undefined : { id, branch };
    }
    if (!refName.test(name) || name.includes('..')) return undefined;
    if (name.startsWith('refs/heads/')) branch ??= name.slice('refs/heads/'.length);
    text = (await readText(common, join(common, name))) || ((await readPackedRefs(common)).get(name) ?? '');
  }
  return undefined;
}

/** The tags by their full names, each with the id of a commit or of a tag object. */
export async function readTags({ common }: GitFolders): Promise<Map<string, string>> {
  const tags = new Map([...(await readPackedRefs(common))].filter(([name]) => name.startsWith('refs/tags/')));
  const entries = await readdir(join(common, 'refs/tags'), { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const [id] = commitId.exec(await readText(common, file)) ?? [];
    const name = relative(common, file);
    if (id !== undefined && refName.test(name)) tags.set(name, id);
  }
  return tags;
}

/** How many refs may lead from one to the next: git's own limit. */
const maxDepth = 5;
const commitId = /^([0-9a-f]{64}|[0-9a-f]{40})(?=\s*$)/;
const refName = /^refs(\/(?!\.)[^\0-\x20\x7f~^:?*[\\/]+)+$/;

async function readPackedRefs(common: string): Promise<Map<string, string>> {
  const text = await readText(common, join(common, 'packed-refs'));
  return new Map([...text.matchAll(/^([0-9a-f]{40,64}) (refs\/\S+)$/gm)].map(([, id = '', name = '']) => [name, id]));
}

async function readText(inside: string, path: string): Promise<string> {
  return (await readInside(inside, path))?.toString() ?? '';
}

async function leadsTo(place: string, from: string, path: string): Promise<boolean> {
  return path !== '' && (await realpath(resolve(from, path)).catch(() => undefined)) === place;
}

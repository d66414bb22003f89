import type { FileTree, TreeEntry } from './tree.ts';

/** What a path of a tree leads to; the entry is never a link. */
export type Resolved =
  | { readonly outcome: 'found'; readonly entry: Exclude<TreeEntry, { type: 'link' }> }
  | { readonly outcome: 'absent' }
  | WrongLink;

/** `link` leads out of the tree, or to something that the tree doesn't have. */
export interface WrongLink {
  readonly outcome: 'wrong-link';
  readonly link: string;
  readonly leads: 'out of the source' | 'to nothing that goes into the build';
}

/** As many as the kernel follows. */
const maxLinks = 40;

/** Follows links as the kernel would inside a container that has this tree and nothing around it. */
export function resolveInTree({ entries }: FileTree, path: string): Resolved {
  const at: string[] = [];
  let rest = path.split('/');
  /** How many of `rest` are the target of the last link, rather than what was asked for. */
  let ofTarget = 0;
  let link = '';
  let links = 0;
  let entry: TreeEntry | undefined;
  while (rest.length > 0) {
    const [name = '', ...others] = rest;
    rest = others;
    const inTarget = ofTarget > 0;
    if (inTarget) ofTarget -= 1;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at.pop() === undefined) return outside(link);
      continue;
    }
    if (entry?.type === 'file' && at.length > 0) return inTarget ? dangling(link) : { outcome: 'absent' };
    const here = [...at, name].join('/');
    entry = entries.find((one) => one.path === here);
    if (entry === undefined) return inTarget ? dangling(link) : { outcome: 'absent' };
    if (entry.type !== 'link') {
      at.push(name);
      continue;
    }
    link = here;
    links += 1;
    if (entry.target.startsWith('/')) return outside(link);
    if (links > maxLinks) return dangling(link);
    const target = entry.target.split('/');
    rest = [...target, ...rest];
    ofTarget += target.length;
  }
  const found = entries.find((one) => one.path === at.join('/'));
  return found === undefined || found.type === 'link' ? { outcome: 'absent' } : { outcome: 'found', entry: found };
}

function outside(link: string): WrongLink {
  return { outcome: 'wrong-link', link, leads: 'out of the source' };
}

function dangling(link: string): WrongLink {
  return { outcome: 'wrong-link', link, leads: 'to nothing that goes into the build' };
}

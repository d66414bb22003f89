import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { linkStaysInside } from './archive/links.ts';
import type { FileTree, TreeEntry } from './tree.ts';

type LinkEntry = TreeEntry & { readonly type: 'link' };

/** The links of a tree that lead out of it: what they lead to isn't where the tree goes. */
export function linksLeadingOut({ root, entries }: Pick<FileTree, 'root' | 'entries'>): LinkEntry[] {
  return entries.filter((entry): entry is LinkEntry => {
    if (entry.type !== 'link') return false;
    const stays = linkStaysInside(entry.path, entry.target);
    return stays === 'no' || (stays === 'winding' && !windingLinkStaysInside(root, entry.path));
  });
}

/** Settles a winding link by following it. One that leads nowhere is not trusted. */
function windingLinkStaysInside(root: string, path: string): boolean {
  try {
    // Only the native one walks links as the kernel does; the other takes `..` away before it looks.
    const realRoot = realpathSync.native(root, 'latin1');
    const real = realpathSync.native(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path)]), 'latin1');
    return real === realRoot || real.startsWith(realRoot + sep);
  } catch {
    return false;
  }
}

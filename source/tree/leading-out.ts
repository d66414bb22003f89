import { linkStaysInside, windingLinkStaysInside } from './archive/links.ts';
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

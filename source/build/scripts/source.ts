import { join } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import { StiError } from '../../errors.ts';
import { resolveInTree, type WrongLink } from '../../tree/resolve.ts';
import type { FileTree } from '../../tree/tree.ts';
import { maxScriptBytes } from './fetch.ts';

/**
 * Reads a script of the source: the file itself, or what a link of the source leads to inside it.
 *
 * @param what names the script in errors
 * @returns its path in the tree and what is in it; undefined: there is none
 */
export async function readSourceScript(
  tree: FileTree,
  path: string,
  what: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly file: string; readonly content: Buffer } | undefined> {
  const resolved = resolveInTree(tree, path);
  if (resolved.outcome === 'wrong-link') throw wrongLink(what, resolved);
  if (resolved.outcome === 'absent' || resolved.entry.type !== 'file') return undefined;
  const file = resolved.entry.path;
  return { file, content: await read(tree, file, what, signal) };
}

async function read(tree: FileTree, file: string, what: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const options = { maxBytes: maxScriptBytes, links: { inside: tree.root }, signal } as const;
  const read = await readBounded(join(tree.root, file), options);
  if (read.outcome === 'content') return read.content;
  const why = read.outcome === 'absent' ? 'is gone' : read.message;
  throw new StiError('scripts', `the script ${what} ${why}`, {
    ...(read.outcome === 'refused' && { cause: read.cause }),
    hint: 'Make it a file that you can read, or remove it.',
  });
}

function wrongLink(what: string, { link, leads }: WrongLink): StiError {
  return new StiError('scripts', `the script ${what} can't be used: the link ${link} leads ${leads}`, {
    hint: 'Point the link to a file of the source by a relative path, or replace it with the script.',
  });
}

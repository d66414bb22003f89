import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, StiError } from '../errors.ts';
import { resolveContextDir } from './context-dir.ts';
import { readRevision } from './git-revision.ts';
import { loadIgnore } from './ignore-rules.ts';
import type { OpenedSource, OpenOptions } from './opened-source.ts';
import { scanFolder } from './scan-folder.ts';

export { scanFolder } from './scan-folder.ts';

/** A local folder as it is now, uncommitted changes included; a git checkout gets its revision read beside the scan. */
export async function openFolder(path: string, options: OpenOptions): Promise<OpenedSource> {
  const root = resolve(path);
  const [content, revision] = await Promise.all([
    openContent(root, options, false),
    existsSync(join(root, '.git')) ? readRevision(root, { signal: options.signal }) : undefined,
  ]);
  return { ...content, location: root, ...(revision && { revision }) };
}

/** What of a folder goes in: shared by folders, clones and unpacked archives. */
export async function openContent(
  folder: string,
  options: Pick<OpenOptions, 'contextDir' | 'signal'>,
  disposable: boolean,
): Promise<Omit<OpenedSource, 'location' | 'revision'>> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw new StiError('source', `${folder} can't be read: ${messageOf(error)}`, { cause: error });
  });
  const context = await resolveContextDir(root, options.contextDir);
  const rules = await loadIgnore(root, context.path);
  const { entries, ...counts } = await scanFolder(context.path, { rules, signal: options.signal });
  const warnings = [...counts.warnings];
  if (rules && entries.length === 0) warnings.push(`${rules.file} leaves nothing of the source`);
  return {
    tree: { root: context.path, entries, disposable },
    ...(context.name !== undefined && { contextDir: context.name }),
    ...counts,
    warnings,
  };
}

import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, StiError } from '../errors.ts';
import { loadIgnore } from '../tree/ignore/rules.ts';
import { linksLeadingOut } from '../tree/leading-out.ts';
import { list, scanFolder } from '../tree/scan.ts';
import { resolveContextDir } from './context-dir.ts';
import { readCheckout } from './git/revision.ts';
import type { OpenedSource, OpenOptions } from './opened.ts';

/** A local folder as it is now, uncommitted changes included; a git checkout gets its revision read beside the scan. */
export async function openFolder(path: string, options: OpenOptions): Promise<OpenedSource> {
  const root = resolve(path);
  const [content, revision] = await Promise.all([
    openContent(root, options, false),
    existsSync(join(root, '.git')) ? readCheckout(root, options) : undefined,
  ]);
  return { ...content, location: root, ...(revision && { revision }) };
}

/** What of a folder goes in: shared by folders, clones and unpacked archives. */
export async function openContent(
  folder: string,
  options: Pick<OpenOptions, 'contextDir' | 'exclude' | 'signal'>,
  disposable: boolean,
): Promise<Omit<OpenedSource, 'location' | 'revision'>> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw new StiError('source', `${folder} can't be read: ${messageOf(error)}`, { cause: error });
  });
  const context = await resolveContextDir(root, options.contextDir);
  const rules = await loadIgnore(root, context.path, options);
  const { entries, ...counts } = await scanFolder(context.path, { rules, signal: options.signal });
  const warnings = [...counts.warnings];
  const out = linksLeadingOut({ root: context.path, entries }).map(({ path, target }) => `${path} -> ${target}`);
  if (out.length > 0) {
    warnings.push(
      `links lead out of the source, and the image has only what is there in the image itself: ${list(out)}`,
    );
  }
  if (rules && entries.length === 0) warnings.push(`${rules.file} leaves nothing of the source`);
  return {
    tree: { root: context.path, entries, disposable },
    ...(context.name !== undefined && { contextDir: context.name }),
    ...counts,
    warnings,
  };
}

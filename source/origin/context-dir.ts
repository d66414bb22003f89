import { realpath, stat } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { StiError } from '../errors.ts';

export interface ContextDir {
  /** Real path of the folder to build. */
  readonly path: string;
  /** As it is written into the label; undefined: the source's root. */
  readonly name: string | undefined;
}

/** Finds `--context-dir` inside `root`, a real path; what leads out of it, also through a link, is refused. */
export async function resolveContextDir(root: string, contextDir: string | undefined): Promise<ContextDir> {
  // A slash at the start is the source's root, as s2i has it.
  const name = posix.normalize(contextDir ?? '.').replace(/^\/+|\/+$/g, '') || '.';
  if (name === '.') return { path: root, name: undefined };
  const shown = JSON.stringify(contextDir);
  const refuse = (why: string) =>
    new StiError('context-dir', `the context dir ${shown} ${why}`, {
      hint: 'Give a folder inside the source, relative to its root: --context-dir apps/web',
    });

  if (name === '..' || name.startsWith('../')) throw refuse('leads out of the source');
  const path = await realpath(join(root, name)).catch(() => undefined);
  if (path === undefined) throw refuse('does not exist in the source');
  if (path !== root && !path.startsWith(root.endsWith(sep) ? root : root + sep))
    throw refuse('leads out of the source through a link');
  if (!(await stat(path)).isDirectory()) throw refuse('is not a folder');
  return { path, name };
}

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, FileChange } from '../../engine/engine.ts';
import type { ChangedFile } from '../events.ts';

/** Beyond this many files their sizes are left out: nobody reads on, and each costs a call. */
const mostSized = 20_000;

/** What a container has over its image. */
export interface Comparison {
  readonly files: readonly ChangedFile[];
  /** The same as the engine lists it: with the folders on the way. Undefined: it doesn't tell. */
  readonly all: readonly FileChange[] | undefined;
}

/** What a container of this id has over its image; nothing when the engine doesn't tell. */
export async function compareWithImage(engine: Engine, id: string): Promise<Comparison> {
  try {
    const [all, details] = await Promise.all([engine.changes(id), engine.inspectContainer(id)]);
    return { files: changedFiles(all, details?.mergedRoot), all };
  } catch {
    return { files: [], all: undefined };
  }
}

/**
 * What a container has over its image, largest first. The engine lists folders on the way to a change too, which say
 * nothing, and no sizes: those are looked up where its files can be read from here, else they are 0.
 *
 * @param mergedRoot the container's root on this machine, if there is one
 */
function changedFiles(changes: readonly FileChange[], mergedRoot: string | undefined): ChangedFile[] {
  const parents = new Set(changes.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  const leaves = changes.filter(({ path }) => !parents.has(path));
  const root = leaves.length > mostSized ? undefined : mergedRoot;
  return leaves
    .map((change) => ({ ...change, bytes: root === undefined ? 0 : sizeOf(join(root, change.path)) }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}

function sizeOf(path: string): number {
  try {
    const stat = lstatSync(path);
    return stat.isFile() ? stat.size : 0;
  } catch {
    return 0;
  }
}

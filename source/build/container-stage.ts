import type { FileTree } from '../origin/tree.ts';
import type { Builder } from './builder-stage.ts';
import type { ImageFacts } from './image-facts.ts';
import type { Job } from './job.ts';
import { type ScriptSet, withExecutable } from './scripts.ts';
import { Workplace, type WorkplaceSpec } from './workplace.ts';

/** Starts the build container; it waits at its gate until everything is in place. */
export function openContainer(
  job: Job,
  builder: Builder,
  facts: Promise<ImageFacts>,
  env: readonly string[],
  options: Pick<WorkplaceSpec, 'publish' | 'ownLayer'> = {},
): Promise<Workplace> {
  return Workplace.open(job, {
    role: 'build',
    imageId: builder.image.id,
    user: builder.spec.assembleUser,
    env,
    destination: builder.spec.destination,
    facts,
    ...options,
  });
}

/** Puts source and scripts in place: repaired scripts over the source's own. */
export async function fillContainer(
  place: Workplace,
  source: FileTree,
  scripts: ScriptSet,
  signal: AbortSignal,
): Promise<void> {
  await place.place(withExecutable(source, scripts.sourceScripts), 'src', signal);
  for (const { folder, tree } of scripts.trees) await place.place(tree, folder, signal);
}

import type { FileTree } from '../../tree/tree.ts';
import type { ImageProbe } from '../image/probe.ts';
import type { Job } from '../job.ts';
import { type ScriptSet, withExecutable } from '../scripts/resolve.ts';
import type { Builder } from '../steps/builder.ts';
import { BuildContainer, type BuildContainerSpec } from './container.ts';
import type { OnProgress } from './delivery/delivery.ts';

/** Starts the build container; it waits at its gate until everything is in place. */
export function openContainer(
  job: Job,
  builder: Builder,
  facts: Promise<ImageProbe>,
  env: readonly string[],
  options: Pick<BuildContainerSpec, 'publish' | 'ownLayer'> = {},
): Promise<BuildContainer> {
  return BuildContainer.open(job, {
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
  container: BuildContainer,
  source: FileTree,
  scripts: ScriptSet,
  signal: AbortSignal,
  onProgress?: OnProgress,
): Promise<void> {
  await container.place(withExecutable(source, scripts.sourceScripts), 'src', signal, onProgress);
  for (const { folder, tree } of scripts.trees) await container.place(tree, folder, signal);
}

import { withHelper } from '../../build/container/helper.ts';
import type { Job } from '../../build/job.ts';
import { requiredScript } from '../../build/steps/scripts.ts';
import type { SyncMapping } from '../../protocol/sync-mappings.ts';
import type { BuildInputs } from '../inputs/inputs.ts';
import { type Declaration, deploymentsLabel, deploymentsOf, shortDeclarations } from './declared.ts';
import { readFile } from './layers/read.ts';

/** More than a script has. */
const longestScript = 256 * 1024;

/** What configuration, builder image and scripts say of what is only copied, in the order in which they count. */
export async function declarationsOf(
  job: Job,
  { builder, base, scripts }: BuildInputs,
  configured: readonly SyncMapping[],
  signal: AbortSignal,
): Promise<Declaration[]> {
  const { config } = base.image;
  const declarations = shortDeclarations(configured, config, job.reporter.warn);
  // It is of the builder's own folders.
  if (base !== builder || config.labels[deploymentsLabel] === undefined) return declarations;
  const assemble = requiredScript(scripts, 'assemble');
  const text = assemble.content?.toString() ?? (await scriptOf(job, builder.image.id, assemble.path, signal));
  const { destination } = builder.spec;
  return [...declarations, ...deploymentsOf(text, { ...config, destination })];
}

function scriptOf({ engine, workspace }: Job, imageId: string, path: string, signal: AbortSignal): Promise<string> {
  return withHelper(engine, workspace, { role: 'script', imageId }, async (container) => {
    const tar = await engine.getArchive(container, path, signal);
    return tar === undefined ? '' : readFile(tar, longestScript);
  });
}

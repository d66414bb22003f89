import type { ImageDetails } from '../../engine/engine.ts';
import type { Job } from '../job.ts';
import type { Secret } from '../request.ts';
import { announceAuthorities, authoritiesFor } from './authorities.ts';
import type { BuildContainer } from './container.ts';
import { injectFiles } from './inject.ts';
import { putSecrets } from './secrets.ts';

interface LendOptions {
  readonly image: ImageDetails;
  /** `NAME=VALUE`, what the script has anyway. */
  readonly env: readonly string[];
  readonly secrets?: readonly Secret[] | undefined;
  /** Whether the container is never committed, so that nothing has to be as it was. */
  readonly thrownAway?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Gives a waiting container what its scripts see and no image has: injected files, secrets, authorities.
 * @returns takes all of it that a commit would keep out again
 */
export async function lend(
  job: Job,
  container: BuildContainer,
  { image, env, secrets = [], thrownAway = false, signal = job.signal }: LendOptions,
): Promise<() => Promise<void>> {
  const { engine, request, workspace } = job;
  const { workingDir } = image.config;
  const hidden = await putSecrets(engine, container, secrets, { folder: workspace.folder, signal });
  const injections = [...(request.inject ?? []), ...hidden, ...(await authoritiesFor(job))];
  const takeOut = await injectFiles(engine, container, injections, { workingDir, thrownAway, signal });
  await announceAuthorities(job, container, env);
  return takeOut;
}

import type { ImageDetails } from '../../../engine/engine.ts';
import type { Job } from '../../job.ts';
import type { Secret } from '../../request.ts';
import type { BuildContainer } from '../container.ts';
import { announceAuthorities, authoritiesFor } from './authorities.ts';
import { injectFiles, takeOut } from './inject.ts';
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
 * @returns takes it out again, all but variables, which no commit keeps
 */
export async function lend(
  job: Job,
  container: BuildContainer,
  { image, env, secrets = [], thrownAway = false, signal = job.signal }: LendOptions,
): Promise<() => Promise<void>> {
  const { engine, request, workspace } = job;
  const { workingDir } = image.config;
  const { files, injections } = await putSecrets(engine, container, secrets, { folder: workspace.folder, signal });
  const all = [...(request.inject ?? []), ...injections, ...(await authoritiesFor(job))];
  const put = await injectFiles(engine, container, all, { workingDir, thrownAway, signal });
  await announceAuthorities(job, container, env);
  return () => takeOut(engine, container.gate.id, { ...put, files: [...files, ...put.files] });
}

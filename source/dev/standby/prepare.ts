import type { BuildContainer } from '../../build/container/container.ts';
import { lend } from '../../build/container/lend.ts';
import { installRun } from '../../build/image/commit.ts';
import type { Job } from '../../build/job.ts';
import { type Assembled, assembleStage } from '../../build/steps/assemble.ts';
import { StiError } from '../../errors.ts';
import type { BuildInputs } from '../inputs/inputs.ts';
import type { Kept } from './files.ts';

/** Gives a standby all that assemble finds in it besides source and artifacts, once it has its files. */
export async function prepare(
  job: Job,
  container: BuildContainer,
  { builder, env, run }: BuildInputs,
  filled: Promise<void>,
): Promise<Pick<Kept, 'details' | 'takeBack'>> {
  const { engine, request, signal } = job;
  const looked = engine.inspectContainer(container.gate.id);
  const [details] = await Promise.all([looked, filled, container.gate.ready]);
  if (details === undefined) throw new StiError('engine-failed', 'a standby is not there any more');
  if (run.content !== undefined) await installRun(engine, container.gate.id, run, signal);
  const takeBack = await lend(job, container, { image: builder.image, env, secrets: request.secrets });
  return { details, takeBack };
}

/** Runs assemble in a standby; then it has only what an image may have. */
export async function assembleIn(
  job: Job,
  { container, takeBack }: Pick<Kept, 'container' | 'takeBack'>,
  { assemble, builder }: BuildInputs,
): Promise<Assembled> {
  const assembled = await assembleStage(job, container, assemble, builder.image);
  await takeBack();
  return assembled;
}

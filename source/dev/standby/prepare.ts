import type { BuildContainer } from '../../build/container/container.ts';
import { lend } from '../../build/container/lent/lend.ts';
import { installRun } from '../../build/image/commit.ts';
import type { Job } from '../../build/job.ts';
import { moveIntoRuntime, openRuntime, type RuntimeInputs } from '../../build/runtime/stage.ts';
import { assembleStage } from '../../build/steps/assemble.ts';
import type { CommitInputs } from '../../build/steps/commit.ts';
import { requiredScript } from '../../build/steps/scripts.ts';
import { StiError } from '../../errors.ts';
import { removeFolder } from '../../tree/remove.ts';
import type { State } from '../image/state.ts';
import { type BuildInputs, runOf } from '../inputs/inputs.ts';
import type { Kept } from './files.ts';

/** Gives a standby all that assemble finds in it besides source and artifacts, once it has its files. */
export async function prepare(
  job: Job,
  container: BuildContainer,
  inputs: BuildInputs,
  filled: Promise<void>,
): Promise<Pick<Kept, 'details' | 'runtime' | 'takeBack'>> {
  const { engine, request, signal } = job;
  const { builder, env, runtime: forRuntime } = inputs;
  const run = runOf(inputs);
  const looked = engine.inspectContainer(container.gate.id);
  const [details] = await Promise.all([looked, filled, container.gate.ready]);
  if (details === undefined) throw new StiError('engine-failed', 'a waiting container is gone');
  const runtime = forRuntime && (await openBeside(job, container, forRuntime, env));
  if (runtime === undefined && run.content !== undefined) await installRun(engine, container.gate.id, run, signal);
  const takeBack = await lend(job, container, { image: builder.image, env, secrets: request.secrets });
  return { details, runtime, takeBack };
}

/** A container of the runtime image that lives as long as another one. */
async function openBeside(job: Job, container: BuildContainer, inputs: RuntimeInputs, env: readonly string[]) {
  const stage = await openRuntime(job, inputs, env);
  const { gate, bound } = stage.container;
  const end = async () => {
    gate.discard();
    await gate.removed;
    if (bound !== undefined && !job.request.keepWorkspace) await removeFolder(bound.folder);
  };
  void container.gate.over.then(end).catch(() => {});
  return stage;
}

/** What is committed: a container that has only what its image may have, and what goes with it. */
export type Output = Pick<CommitInputs, 'container' | 'builder' | 'facts' | 'scripts' | 'assembled'>;

/** Runs assemble in a standby, and takes what that has made into the runtime image where there is one. */
export async function assembleIn(
  job: Job,
  { container, runtime, takeBack }: Pick<Kept, 'container' | 'runtime' | 'takeBack'>,
  { inputs, opened }: State,
): Promise<Output> {
  const { builder, facts, scripts } = inputs;
  const assemble = requiredScript(scripts, 'assemble');
  const assembled = await assembleStage(job, container, assemble, builder.image);
  await takeBack();
  if (runtime === undefined) return { container, builder, facts, scripts, assembled };
  return moveIntoRuntime(job, runtime, { container, source: opened.tree });
}

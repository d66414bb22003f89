import type { BuildContainer } from '../../build/container/container.ts';
import { type Comparison, compareWithImage } from '../../build/image/diff.ts';
import type { Job } from '../../build/job.ts';
import { commitStage } from '../../build/steps/commit.ts';
import { runOf } from '../inputs/inputs.ts';
import type { Standby } from '../standby/pool.ts';
import type { Output } from '../standby/prepare.ts';
import type { State } from './state.ts';

/** An image that has no tag yet. */
export interface CommittedImage {
  readonly imageId: string;
  readonly addedBytes: number;
  /** With its base; undefined: nobody knows. */
  readonly compared: Comparison | undefined;
  readonly began: number;
  /** Of the builder, where that isn't what was committed. */
  readonly builtIn: BuildContainer | undefined;
}

/** Commits what was built of a state. */
export async function commitState(
  job: Job,
  { opened, inputs }: State,
  { container }: Pick<Standby, 'container'>,
  output: Output,
): Promise<CommittedImage> {
  const began = Date.now();
  const compared = await compareWithImage(job.engine, output.container.gate.id);
  const toCommit = { ...output, opened, run: runOf(inputs), env: inputs.env, previous: undefined, incremental: false };
  const { imageId, addedBytes } = await commitStage(job, toCommit);
  const builtIn = output.container === container ? undefined : container;
  return { imageId, addedBytes, compared, began, builtIn };
}

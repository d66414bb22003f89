import type { Job } from '../../build/job.ts';
import { checkOnBuild, hasOnBuild } from '../../build/on-build/options.ts';
import { obtainRuntime, type Runtime } from '../../build/runtime/image.ts';
import { type Builder, builderStage } from '../../build/steps/builder.ts';

/** What a build goes by, as it is on the engine now. */
export interface Images {
  readonly builder: Builder;
  /** What was built goes into it; undefined: it stays in the builder. */
  readonly runtime: Runtime | undefined;
}

/** Inspects or pulls them; the builder is one step of the build. */
export async function obtainImages(job: Job): Promise<Images> {
  const { runtime } = job.request;
  const builder = await builderStage(job);
  if (hasOnBuild(builder)) checkOnBuild(job);
  return { builder, runtime: runtime && (await obtainRuntime(job, runtime)) };
}

/** The one that the application's image is made of. */
export function baseOf({ builder, runtime }: Images): Builder {
  return runtime ?? builder;
}

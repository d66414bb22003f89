import type { ImageDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { Job } from '../job.ts';

/** The image that has the output tag until now; pulled where `--incremental-pull-policy` says so and a build could use it. */
export async function previousImage(job: Job): Promise<ImageDetails | undefined> {
  const { engine, reporter, signal, checked, request } = job;
  if (checked.tag === null) return undefined;
  const { clean, incrementalPullPolicy: policy = 'never' } = request;
  const here = await engine.inspectImage(checked.tag, signal);
  if (clean || policy === 'never' || (policy === 'if-not-present' && here !== undefined)) return here;
  try {
    const { platform } = request.container ?? {};
    const onStatus = (line: string) => reporter.status('artifacts', line);
    await engine.pullImage(checked.tag, { onStatus, platform }, signal);
  } catch (error) {
    if (!(error instanceof StiError) || error.code !== 'builder') throw error;
    reporter.warn(`the previous image could not be pulled: ${error.message}`);
    return here;
  }
  return engine.inspectImage(checked.tag, signal);
}

import { StiError } from '../../errors.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import type { Job } from '../job.ts';
import type { Builder } from '../steps/builder.ts';

export function hasOnBuild({ image }: Pick<Builder, 'image'>): boolean {
  return image.config.onBuild.length > 0;
}

/** Refuses what the engine's builder has no such thing as. Throws `usage`. */
export function checkOnBuild({ request, reporter }: Pick<Job, 'request' | 'reporter'>): void {
  const name = formatReference(request.builder);
  const { inject = [], secrets = [], volumes = [], container, runtime, ca } = request;
  const wrong = [
    ...(inject.length > 0 ? ['--inject'] : []),
    ...(secrets.length > 0 ? ['--secret'] : []),
    ...(volumes.length > 0 ? ['--volume'] : []),
    ...((container?.capDrop ?? []).length > 0 ? ['--cap-drop'] : []),
    ...(runtime === undefined ? [] : ['--runtime-image']),
  ];
  if (wrong.length === 0) {
    if (ca !== undefined) reporter.warn(`what ${name} runs by ONBUILD does not trust the authorities of --ca`);
    return;
  }
  throw new StiError('usage', `${name} has ONBUILD instructions, so it can't be used with ${wrong.join(', ')}`, {
    hint: 'Leave the option out, or use a builder image with scripts.',
  });
}

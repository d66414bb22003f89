import type { Engine, ImageDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { PullPolicy } from '../request.ts';

/** Finds an image here or pulls it, as the policy says. Rejects with code `builder` when it can't be had. */
export async function obtainImage(
  engine: Engine,
  reference: string,
  policy: PullPolicy,
  onStatus: (line: string) => void,
  signal?: AbortSignal,
  what = 'builder image',
): Promise<ImageDetails> {
  const here = policy === 'always' ? undefined : await engine.inspectImage(reference, signal);
  if (here !== undefined) return here;
  if (policy === 'never') throw notHere(reference, what);
  await engine.pullImage(reference, onStatus, signal);
  const pulled = await engine.inspectImage(reference, signal);
  if (pulled !== undefined) return pulled;
  throw new StiError(
    'builder',
    `the ${what} ${reference} was pulled but the engine at ${engine.about.address} does not have it`,
    {
      hint: 'Check the reference: its registry, name and tag.',
    },
  );
}

export function notHere(reference: string, what = 'builder image'): StiError {
  return new StiError('builder', `the ${what} ${reference} is not on this engine, and the pull policy is never`, {
    hint: 'Pull or build the image first, or use the pull policy if-not-present.',
  });
}

import type { Engine, ImageDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { fitsPlatform } from '../../protocol/image/platform.ts';
import type { PullPolicy } from '../request.ts';

interface Wanted {
  readonly policy: PullPolicy;
  /** Absent: any. */
  readonly platform?: string | undefined;
  /** `the builder image` when absent. */
  readonly what?: string;
  readonly onStatus: (line: string) => void;
}

/** Finds an image here or pulls it, as the policy says. Rejects with code `builder` when it can't be had. */
export async function obtainImage(
  engine: Engine,
  reference: string,
  { policy, platform, what = 'builder image', onStatus }: Wanted,
  signal?: AbortSignal,
): Promise<ImageDetails> {
  const here = policy === 'always' ? undefined : await engine.inspectImage(reference, signal);
  if (here !== undefined && fitsPlatform(here.platform, platform)) return here;
  if (policy === 'never')
    throw here === undefined ? notHere(reference, what) : ofAnother(reference, what, here, platform);
  await engine.pullImage(reference, { onStatus, platform }, signal);
  const pulled = await engine.inspectImage(reference, signal);
  if (pulled !== undefined && !fitsPlatform(pulled.platform, platform))
    throw ofAnother(reference, what, pulled, platform);
  if (pulled !== undefined) return pulled;
  throw new StiError(
    'builder',
    `the ${what} ${reference} was pulled but the engine at ${engine.about.address} does not have it`,
    {
      hint: 'Check the reference: its registry, name and tag.',
    },
  );
}

/** undefined: it isn't here for that platform. */
export async function findImage(
  engine: Pick<Engine, 'inspectImage'>,
  reference: string,
  platform: string | undefined,
  signal?: AbortSignal,
): Promise<ImageDetails | undefined> {
  const here = await engine.inspectImage(reference, signal);
  return here !== undefined && fitsPlatform(here.platform, platform) ? here : undefined;
}

function ofAnother(reference: string, what: string, { platform }: ImageDetails, asked = ''): StiError {
  return new StiError('builder', `the ${what} ${reference} on this engine is for ${platform}, not for ${asked}`, {
    hint: 'Pull or build the one for that platform, or leave --platform out.',
  });
}

export function notHere(reference: string, what = 'builder image'): StiError {
  return new StiError('builder', `the ${what} ${reference} is not on this engine, and the pull policy is never`, {
    hint: 'Pull or build the image first, or use the pull policy if-not-present.',
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../build/job.ts';
import type { ImageDetails } from '../../engine/engine.ts';
import { formatReference, type ImageReference } from '../../protocol/image/reference.ts';

/** Milliseconds between two looks at an image; each costs the engine one. */
const pollMs = 3_000;

/**
 * Tells when an image's name stands for another image, or for one again after it was gone. While it is gone the session
 * goes on with the image it has. Resolves when the signal aborts.
 *
 * @param usedId of the image in use; undefined: none
 */
export async function watchImage(
  job: Job,
  reference: ImageReference,
  usedId: () => Promise<string | undefined>,
  onChange: (image: ImageDetails) => void,
  signal: AbortSignal,
): Promise<void> {
  const name = formatReference(reference);
  let missing = false;
  let told: string | undefined;
  while (!signal.aborted) {
    await sleep(pollMs, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    // An engine that doesn't answer is the heartbeat's affair.
    const image = await job.engine.inspectImage(name, signal).catch(() => 'unknown' as const);
    if (image === 'unknown') continue;
    const used = await usedId();
    if (image === undefined) {
      if (!missing) job.reporter.warn(`${name} is gone; using the image from before`);
      missing = true;
    } else if (image.id !== used && image.id !== told) {
      told = image.id;
      onChange(image);
    }
    if (image !== undefined) missing = false;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { shortId } from '../../terminal/units.ts';

/** How long a container that the engine has started may take to say that it is ready; milliseconds. */
const readyLimit = 60_000;

/**
 * Why a started container says nothing, once it has taken too long: an engine may say that it has started what doesn't
 * run, and an image's shell may never begin. undefined: it became ready, or ended.
 */
export async function silenceOf(
  engine: Engine,
  { id, ready }: { readonly id: string; readonly ready: Promise<unknown> },
  image: string,
  limit = readyLimit,
): Promise<StiError | undefined> {
  const spoken = new AbortController();
  const stop = () => spoken.abort();
  ready.then(stop, stop);
  try {
    await sleep(limit, undefined, { signal: spoken.signal });
  } catch {
    return undefined;
  }
  const running = (await engine.inspectContainer(id).catch(() => undefined))?.running === true;
  const { address } = engine.about;
  if (running) {
    return new StiError(
      'builder',
      `/bin/sh of the image ${shortId(image)} said nothing within ${limit / 1000} seconds on ${address}`,
      {
        hint: 'Every builder image needs a /bin/sh that reads commands from stdin. Try it with docker run -i.',
      },
    );
  }
  return new StiError(
    'engine-failed',
    `the engine at ${address} started a container of the image ${shortId(image)} that does not run`,
    {
      hint: 'See the log of the engine, and whether docker run works.',
    },
  );
}

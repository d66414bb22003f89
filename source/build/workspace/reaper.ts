import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../../engine/engine.ts';
import { removeFolder } from '../../tree/remove.ts';
import { commitComment } from './id.ts';
import { emptyFolder } from './workspace.ts';

/** Removes what one session has on the engine, and says how much there was. */
export async function removeSessionObjects(
  engine: Engine,
  session: string,
): Promise<{ readonly containers: number; readonly images: number }> {
  const containers = await engine.listContainers({ namePrefix: `${session}-` });
  await Promise.all(containers.map((container) => engine.removeContainer(container.id)));
  const comment = commitComment(session);
  const images = (await engine.danglingImages()).filter((image) => image.comment === comment);
  await Promise.all(images.map((image) => engine.removeImage(image.id)));
  return { containers: containers.length, images: images.length };
}

/** How long the reaper goes on, in milliseconds: the engine may be away, or still be at a commit that nobody awaits. */
const patience = { commit: 60_000, otherwise: 20_000 };
const pause = 400;
/** This many looks in a row that find nothing end the work, unless an image may still come. */
const enoughEmptyLooks = 5;

/**
 * What the reaper does after its sti has died or left things behind: ends containers (those alive end by themselves,
 * since their stdin has closed), removes the image of a commit that finished too late, and the working folder when the
 * engine has been seen to: its presence tells a later sti that there may be more to do.
 */
export async function reap(
  connect: () => Promise<Engine>,
  job: { readonly session: string; readonly folder: string; readonly commitStarted: boolean },
): Promise<void> {
  const until = Date.now() + (job.commitStarted ? patience.commit : patience.otherwise);
  // No copy of the source waits for an engine that is away.
  await emptyFolder(job.folder);
  let mayCommit = job.commitStarted;
  let emptyLooks = 0;
  while (Date.now() < until && (mayCommit || emptyLooks < enoughEmptyLooks)) {
    try {
      const engine = await connect();
      const found = await removeSessionObjects(engine, job.session).finally(() => engine.close());
      emptyLooks = found.containers + found.images === 0 ? emptyLooks + 1 : 0;
      if (found.images > 0) mayCommit = false;
      if (emptyLooks > 0) await removeFolder(job.folder);
    } catch {
      emptyLooks = 0;
    }
    await sleep(pause);
  }
}

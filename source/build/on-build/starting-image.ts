import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, ImageDetails } from '../../engine/engine.ts';
import { withHelper } from '../container/helper.ts';
import type { Job } from '../job.ts';
import { commitComment } from '../workspace/id.ts';

/**
 * The builder under an id of this build's own. A build that breaks off leaves images on the way which the engine doesn't
 * name; those that come from this one are nobody else's. It adds no layer.
 */
export function startingImage({ engine, workspace }: Job, { id, config }: ImageDetails): Promise<string> {
  return withHelper(engine, workspace, { role: 'start', imageId: id, committed: true }, (container) => {
    workspace.commitStarted();
    return engine.commit(container, { config, comment: commitComment(workspace.name), pause: false });
  });
}

/** How often an engine is asked that is still ending what it was at, and the pause between; milliseconds. */
const patience = { tries: 15, pause: 200 };

/** Removes all that was made of an image, and then itself. What can't be removed stays: the failure before is to be told. */
export async function removeWithDescendants(engine: Engine, imageId: string): Promise<void> {
  for (let tries = 0; tries < patience.tries; tries += 1) {
    try {
      for (const id of await engine.descendants(imageId)) await engine.removeImage(id);
      if ((await engine.removeImage(imageId)) !== 'in-use') return;
    } catch {
      return;
    }
    await sleep(patience.pause);
  }
}

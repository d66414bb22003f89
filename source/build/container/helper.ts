import type { Engine, Mount } from '../../engine/engine.ts';
import type { Workspace } from '../workspace/workspace.ts';

/**
 * Calls `use` with a container that never starts: its files can be read and written through the engine. It is removed
 * afterwards, and before the session ends.
 */
export async function withHelper<Result>(
  engine: Engine,
  workspace: Workspace,
  spec: {
    readonly role: string;
    readonly imageId: string;
    readonly mounts?: readonly Mount[];
    /** It is committed, so it must have no label of its own. */
    readonly committed?: true;
  },
  use: (containerId: string) => Promise<Result>,
): Promise<Result> {
  let finish = (): void => {};
  const used = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const helper = await workspace.begin(async () => {
    const id = await engine.createContainer({
      name: workspace.containerName(spec.role),
      image: spec.imageId,
      command: ['/bin/sh'],
      env: [],
      mounts: spec.mounts ?? [],
      ...(!spec.committed && { labels: { 'io.sti.session': workspace.name } }),
      interactive: false,
    });
    return { id, discard: () => {}, removed: used.then(() => engine.removeContainer(id)) };
  });
  try {
    return await use(helper.id);
  } finally {
    finish();
    await helper.removed;
  }
}

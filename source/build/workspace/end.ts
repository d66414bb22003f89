import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { Workspace } from './workspace.ts';

/**
 * Ends a session on every way out: its containers are gone, then its folder. When the engine doesn't answer, the reaper
 * takes over. Resolves to the kept folder.
 */
export async function endWorkspace(
  engine: Engine,
  workspace: Workspace,
  {
    ok,
    engineLost,
    ...folder
  }: {
    readonly ok: boolean;
    readonly engineLost: boolean;
    readonly keepFolder: boolean;
    readonly patience?: number;
  },
): Promise<string | undefined> {
  workspace.seal();
  const tidy = !engineLost && (await removeContainers(engine, workspace, ok));
  return workspace.close({ tidy, ...folder });
}

/** false: the engine couldn't do it. */
async function removeContainers(engine: Engine, workspace: Workspace, ok: boolean): Promise<boolean> {
  try {
    await workspace.endContainers();
    if (ok) return true;
    // A failure may have left some of those that end otherwise.
    const left = await engine.listContainers({ namePrefix: `${workspace.name}-` });
    await Promise.all(left.map(({ id }) => engine.removeContainer(id)));
    return true;
  } catch (error) {
    if (error instanceof StiError) return false;
    throw error;
  }
}

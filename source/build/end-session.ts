import type { Engine } from '../engine/engine.ts';
import { StiError } from '../errors.ts';
import type { Session } from './session.ts';

/** How long a container that ends by itself is waited for before it's removed by force; milliseconds. */
const patience = 2_000;

/**
 * Ends a session on every way out. After success the containers end by themselves and nothing is waited for; after a
 * failure their removal is seen to. When the engine doesn't answer, the reaper takes over. Resolves to the kept folder.
 */
export async function endSession(
  engine: Engine,
  session: Session,
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
  const tidy = ok || (!engineLost && (await removeContainers(engine, session)));
  return session.close({ tidy, ...folder });
}

/** Waits for the session's containers that are about to end, not for long. Resolves to the ids of those there were. */
export async function awaitContainers(engine: Engine, session: Session): Promise<string[]> {
  const ids = (await engine.listContainers({ namePrefix: `${session.name}-` })).map(({ id }) => id);
  await Promise.all(ids.map((id) => engine.waitRemoved(id, AbortSignal.timeout(patience)).catch(() => {})));
  return ids;
}

async function removeContainers(engine: Engine, session: Session): Promise<boolean> {
  try {
    const ids = await awaitContainers(engine, session);
    await Promise.all(ids.map((id) => engine.removeContainer(id)));
    return true;
  } catch (error) {
    if (error instanceof StiError) return false;
    throw error;
  }
}

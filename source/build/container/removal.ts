import type { Engine } from '../../engine/engine.ts';

/** How long a container that is to end by itself is waited for; milliseconds. */
const patience = 3_000;

/** A container that doesn't end although its stdin has is removed by force. */
export async function seeRemoved(engine: Engine, id: string): Promise<void> {
  try {
    await engine.waitRemoved(id, AbortSignal.timeout(patience));
  } catch {
    await engine.removeContainer(id);
  }
}

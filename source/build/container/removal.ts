import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerSettings, Engine } from '../../engine/engine.ts';

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

/** Milliseconds. The engine looks at a container as a commit begins, which one that is just leaving its network holds up. */
const afterCommitBegan = 10;

/** While a container is committed: half of the time that its removal takes is spent on its network. */
export async function leaveNetwork(engine: Engine, id: string, settings: ContainerSettings | undefined): Promise<void> {
  try {
    await sleep(afterCommitBegan);
    await engine.leaveNetwork(id, settings);
  } catch {
    // It leaves as it is removed.
  }
}

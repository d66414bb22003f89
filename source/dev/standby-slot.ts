import type { Workplace } from '../build/workplace.ts';
import type { ContainerDetails } from '../engine/engine.ts';
import type { Content } from './standby-files.ts';

/** A container that waits, and what is in it. */
export interface Kept {
  readonly place: Workplace;
  /** As the engine sees it since it runs. */
  readonly details: ContainerDetails;
  readonly content: Content;
  /** Its files are in its own layer: it can become the application, never an image. */
  readonly ownLayer: boolean;
}

/** The place of one standby in the pool, from the moment its container is asked for. */
export interface Slot {
  /** Another one after each refresh. */
  kept: Promise<Kept>;
  /** Its container is there, with a source in it. */
  isMade: boolean;
  /** Somebody waits for it. */
  claimed: boolean;
}

export function openSlot(kept: Promise<Kept>): Slot {
  const slot = { kept, isMade: false, claimed: false };
  kept.then(
    () => (slot.isMade = true),
    () => {},
  );
  return slot;
}

export function discardSlot({ kept }: Slot): void {
  kept.then(({ place }) => place.standby.discard()).catch(() => {});
}

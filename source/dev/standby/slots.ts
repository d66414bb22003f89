/**
 * The places of a pool of standbys, and what becomes of each. Pure: the pool makes and discards the containers.
 *
 * A slot is there from the moment its container is asked for until somebody has it, or it's discarded.
 */
export interface Slots {
  readonly slots: readonly Slot[];
  /** How many there are to be. */
  readonly size: number;
  readonly nextId: number;
}

export interface Slot {
  readonly id: number;
  readonly is: /** Its container is being made. */
    | 'making'
    /** Somebody waits for it while it's being made. */
    | 'awaited'
    /** Its container is there, with a source in it. */
    | 'waiting'
    /** Somebody has claimed it, and takes it once it has the newest source. */
    | 'claimed';
  /** It was made for what has changed since: whoever has claimed it may have it, and nobody else. */
  readonly isOutdated: boolean;
}

export type SlotEvent =
  /** There are to be as many as there may be. */
  | { readonly type: 'wanted' }
  /** One that is there, else one that is being made, else a new one. */
  | { readonly type: 'claimed' }
  /** Its container is there. */
  | { readonly type: 'made'; readonly id: number }
  /** Whoever claimed it doesn't want it any more. */
  | { readonly type: 'released'; readonly id: number }
  /** It's somebody's now. */
  | { readonly type: 'taken'; readonly id: number }
  /** Its container could not be made or has ended. */
  | { readonly type: 'broken'; readonly id: number }
  /** What they are made of has changed. */
  | { readonly type: 'outdated' }
  | { readonly type: 'closed' };

/** What is to be done about containers, by the ids of slots. */
export interface SlotChange {
  readonly next: Slots;
  readonly make: readonly number[];
  readonly discard: readonly number[];
}

export function emptySlots(size: number): Slots {
  return { slots: [], size, nextId: 1 };
}

export function changeSlots(before: Slots, event: SlotEvent): SlotChange {
  const { slots } = before;
  switch (event.type) {
    case 'wanted':
      return fill(before);
    case 'claimed': {
      const free = claimable(before);
      if (free !== undefined) return quiet(replace(before, free.id, { is: isMade(free) ? 'claimed' : 'awaited' }));
      const { nextId: id } = before;
      const slot: Slot = { id, is: 'awaited', isOutdated: false };
      return { next: { ...before, slots: [...slots, slot], nextId: id + 1 }, make: [id], discard: [] };
    }
    case 'made': {
      const slot = find(before, event.id);
      return quiet(replace(before, event.id, { is: slot?.is === 'awaited' ? 'claimed' : 'waiting' }));
    }
    case 'released': {
      const slot = find(before, event.id);
      // One more was made while all were claimed.
      const isTooMany = slots.length > before.size;
      if (slot !== undefined && (slot.isOutdated || isTooMany))
        return { next: without(before, [event.id]), make: [], discard: [event.id] };
      return quiet(replace(before, event.id, { is: slot?.is === 'awaited' ? 'making' : 'waiting' }));
    }
    case 'taken': {
      const left = without(before, [event.id]);
      // With another one left its successor can wait until this save is served, instead of slowing it down.
      return left.slots.length === 0 ? fill(left) : quiet(left);
    }
    case 'broken':
      return quiet(without(before, [event.id]));
    case 'outdated': {
      const free = slots.filter(isFree).map(({ id }) => id);
      const left = without(before, free);
      const outdated = { ...left, slots: left.slots.map((slot) => ({ ...slot, isOutdated: true })) };
      return { next: outdated, make: [], discard: free };
    }
    case 'closed':
      return { next: { ...before, slots: [], size: 0 }, make: [], discard: slots.map(({ id }) => id) };
  }
}

/** The one that is claimed next; undefined: one that isn't there yet. */
export function claimable({ slots }: Slots): Slot | undefined {
  const free = slots.filter(isFree);
  return free.find(isMade) ?? free[0];
}

export function isFree({ is }: Slot): boolean {
  return is === 'making' || is === 'waiting';
}

export function isMade({ is }: Slot): boolean {
  return is === 'waiting' || is === 'claimed';
}

function fill(before: Slots): SlotChange {
  const { slots, size, nextId } = before;
  const make = Array.from({ length: Math.max(0, size - slots.length) }, (_, index) => nextId + index);
  const added = make.map((id): Slot => ({ id, is: 'making', isOutdated: false }));
  return { next: { ...before, slots: [...slots, ...added], nextId: nextId + make.length }, make, discard: [] };
}

function find({ slots }: Slots, id: number): Slot | undefined {
  return slots.find((slot) => slot.id === id);
}

function replace(before: Slots, id: number, change: Partial<Slot>): Slots {
  return { ...before, slots: before.slots.map((slot) => (slot.id === id ? { ...slot, ...change } : slot)) };
}

function without(before: Slots, ids: readonly number[]): Slots {
  return { ...before, slots: before.slots.filter(({ id }) => !ids.includes(id)) };
}

function quiet(next: Slots): SlotChange {
  return { next, make: [], discard: [] };
}

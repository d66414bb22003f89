import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeSlots, claimable, emptySlots, isFree, type SlotEvent } from '../../../source/dev/standby/slots.ts';

function play(events: readonly SlotEvent[], size = 2) {
  const made: number[] = [];
  const discarded: number[] = [];
  const end = events.reduce((slots, event) => {
    const { next, make, discard } = changeSlots(slots, event);
    made.push(...make);
    discarded.push(...discard);
    return next;
  }, emptySlots(size));
  return { made, discarded, end, kinds: end.slots.map(({ id, is }) => `${id} ${is}`) };
}

const wanted: SlotEvent = { type: 'wanted' };
const claimed: SlotEvent = { type: 'claimed' };
const outdated: SlotEvent = { type: 'outdated' };
const of = (type: 'made' | 'released' | 'taken' | 'broken', id: number): SlotEvent => ({ type, id });

describe('the slots of a pool', () => {
  it('are filled up to their number, and no further', () => {
    expect(play([wanted, wanted]).made).toEqual([1, 2]);
    expect(play([wanted, of('taken', 1), wanted]).made).toEqual([1, 2, 3]);
  });

  it('give the one that is there to who claims, else the one that is being made longest, else a new one', () => {
    expect(play([wanted, of('made', 2), claimed]).kinds).toEqual(['1 making', '2 claimed']);
    expect(play([wanted, claimed]).kinds).toEqual(['1 awaited', '2 making']);
    const { kinds, made } = play([wanted, claimed, claimed, claimed]);
    expect(kinds).toEqual(['1 awaited', '2 awaited', '3 awaited']);
    expect(made).toEqual([1, 2, 3]);
  });

  it('keep what is made for who waits', () => {
    expect(play([wanted, claimed, of('made', 1)]).kinds).toEqual(['1 claimed', '2 making']);
  });

  it('leave what is released to the next, as far as it has come', () => {
    expect(play([wanted, claimed, of('released', 1)]).kinds).toEqual(['1 making', '2 making']);
    expect(play([wanted, of('made', 1), claimed, of('released', 1)]).kinds).toEqual(['1 waiting', '2 making']);
  });

  it('replace what is taken at once only when nothing else is left', () => {
    expect(play([wanted, claimed, of('taken', 1)]).made).toEqual([1, 2]);
    expect(play([wanted, claimed, of('taken', 1), claimed, of('taken', 2)]).made).toEqual([1, 2, 3, 4]);
  });

  it('discard what is outdated, but for what somebody has claimed', () => {
    const { discarded, kinds } = play([wanted, of('made', 1), claimed, outdated]);
    expect(discarded).toEqual([2]);
    expect(kinds).toEqual(['1 claimed']);
  });

  it('discard what is outdated once it is released', () => {
    const { discarded, kinds } = play([wanted, claimed, outdated, of('released', 1), wanted]);
    expect(discarded).toEqual([2, 1]);
    expect(kinds).toEqual(['3 making', '4 making']);
  });

  it('forget what is broken, and nothing else', () => {
    expect(play([wanted, of('broken', 2), of('broken', 7)]).kinds).toEqual(['1 making']);
  });

  it('discard everything when closed, and are never filled again', () => {
    const { discarded, made, end } = play([wanted, claimed, { type: 'closed' }, wanted, of('taken', 1)]);
    expect(discarded).toEqual([1, 2]);
    expect(made).toEqual([1, 2]);
    expect(end.slots).toEqual([]);
  });
});

describe('the slots of a pool, whatever happens', () => {
  const id = fc.nat(12);
  const event: fc.Arbitrary<SlotEvent> = fc.oneof(
    fc.constantFrom<SlotEvent>(wanted, claimed, outdated),
    fc.tuple(fc.constantFrom('made', 'released', 'taken', 'broken'), id).map(([type, slot]) => of(type, slot)),
  );

  it('are each made once, and discarded at most once, and never given to two', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (events, size) => {
        const { made, discarded, end } = play(events, size);
        expect(new Set(made).size).toBe(made.length);
        expect(new Set(discarded).size).toBe(discarded.length);
        expect(discarded.filter((one) => !made.includes(one) || end.slots.some((slot) => slot.id === one))).toEqual([]);
        const next = claimable(end);
        expect(next === undefined || isFree(next)).toBe(true);
        expect(end.slots.filter((slot) => slot.isOutdated && isFree(slot))).toEqual([]);
      }),
    );
  });

  it('are as many as there should be once they are wanted, and more only when more are claimed', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (events, size) => {
        const before = play(events, size).end.slots.length;
        expect(play([...events, wanted], size).end.slots.length).toBe(Math.max(size, before));
      }),
    );
  });
});

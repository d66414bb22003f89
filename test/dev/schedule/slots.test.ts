import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inSlot, Slots } from '../../../source/dev/schedule/slots.ts';

const never = new AbortController().signal;

describe('Slots', () => {
  it('never lets more in than there are, and lets everybody in who waits, in turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.scheduler(),
        fc.integer({ min: 1, max: 12 }),
        async (count, scheduler, pieces) => {
          const slots = new Slots(count);
          const begun: number[] = [];
          let inside = 0;
          let most = 0;
          const work = Array.from({ length: pieces }, (_, piece) =>
            inSlot(slots, never, async () => {
              begun.push(piece);
              inside += 1;
              most = Math.max(most, inside);
              await scheduler.schedule(Promise.resolve());
              inside -= 1;
            }),
          );
          await scheduler.waitFor(Promise.all(work));
          expect(most).toBe(Math.min(count, pieces));
          expect(begun).toEqual(begun.toSorted((a, b) => a - b));
          expect(begun).toHaveLength(pieces);
        },
      ),
    );
  });

  it('tells who has to wait', async () => {
    const slots = new Slots(1);
    const waited: string[] = [];
    const work = (name: string) =>
      inSlot(
        slots,
        never,
        async () => {},
        () => waited.push(name),
      );
    await Promise.all([work('first'), work('second')]);
    await work('third');
    expect(waited).toEqual(['second']);
  });

  it('gives the slot back when the work fails', async () => {
    const slots = new Slots(1);
    await expect(inSlot(slots, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await inSlot(slots, never, async () => 'next')).toBe('next');
  });

  it('lets nobody in who has given up, and passes the slot on to the one behind', async () => {
    const slots = new Slots(1);
    const release = await slots.acquire(never);
    const impatient = new AbortController();
    const gaveUp = slots.acquire(impatient.signal);
    const patient = slots.acquire(never);
    impatient.abort(new Error('superseded'));
    await expect(gaveUp).rejects.toThrow('superseded');
    await expect(slots.acquire(impatient.signal)).rejects.toThrow('superseded');
    release();
    expect(await patient).toBeTypeOf('function');
  });

  it('takes a slot back once only', async () => {
    const slots = new Slots(1);
    const release = await slots.acquire(never);
    release();
    release();
    await slots.acquire(never);
    const entered = await Promise.race([slots.acquire(never).then(() => 'in'), nextTurn('waiting')]);
    expect(entered).toBe('waiting');
  });

  it('is no limit where there is none', async () => {
    expect(await inSlot(undefined, never, async () => 'done')).toBe('done');
  });
});

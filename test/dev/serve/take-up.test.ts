import { describe, expect, it } from 'vitest';
import { patienceAfter, takenUp } from '../../../source/dev/serve/take-up.ts';

const never = new AbortController().signal;

/** Looks that find what is listed, one after the other, and then an application that answers. */
function looks(...found: readonly boolean[]) {
  const left = [...found];
  return async () => left.shift() ?? true;
}

describe('an application that files were put into', () => {
  it('is the new version when it has answered for a while', async () => {
    expect(await takenUp(looks(), 50, never)).toEqual({ answersAfter: 0, silentAfter: undefined });
  });

  it('is not while it starts anew, and counts from when it answers again', async () => {
    const { answersAfter, silentAfter } = await takenUp(looks(true, false, false), 50, never);
    expect(silentAfter).toBeGreaterThan(0);
    expect(answersAfter).toBeGreaterThan(silentAfter ?? 0);
  });

  it('is not when it answers, and breaks a moment later', async () => {
    const looked: boolean[] = [];
    const find = looks(false, true, false, false);
    const isUp = async () => {
      const found = await find();
      looked.push(found);
      return found;
    };
    await takenUp(isUp, 100, never);
    expect(looked.slice(0, 4)).toEqual([false, true, false, false]);
    expect(looked.slice(4)).not.toContain(false);
  });

  it('is waited for no longer than the signal says', async () => {
    const reason = new Error('over');
    const signal = AbortSignal.abort(reason);
    await expect(takenUp(async () => false, 50, signal)).rejects.toBe(reason);
  });
});

it('an application is looked at for longer when it was seen to start anew late, but not for ever', () => {
  expect(patienceAfter([])).toBe(patienceAfter([1]));
  expect(patienceAfter([1_000, 200])).toBe(1_500);
  expect(patienceAfter([60_000])).toBe(3_000);
});

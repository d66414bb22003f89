import { describe, expect, it } from 'vitest';
import { createNotifier, titleOf } from '../../components/notify.ts';
import { groundOf } from '../../source/cli/dashboard/ground.ts';
import type { DevEvent } from '../../source/dev/events.ts';
import { failed, sampleApp, serving } from '../support/sample-app.ts';

const again: DevEvent = { type: 'cycle-started', at: 9_500, cycle: 3, why: 'saved', changes: ['a'], changed: 1 };
const mended: DevEvent = {
  type: 'cycle-served',
  at: 9_900,
  cycle: 3,
  ms: 400,
  path: 'in place',
  why: 'same',
  urls: [],
};
const state = (events: readonly DevEvent[]) => ({ name: 'shop', state: sampleApp('shop', events).store.state });

describe("the window's title", () => {
  it('says state and build, of one that failed first', () => {
    expect(titleOf([state(serving)])).toBe('● shop · build 1 — sti');
    expect(titleOf([state(serving), { ...state(failed), name: 'blog' }])).toBe('✘ blog · build 2 — sti');
  });

  it('is written only when it changes', () => {
    const notify = createNotifier('off');
    expect(notify([state(serving)], true)).toBe('\x1b]0;● shop · build 1 — sti\x07');
    expect(notify([state(serving)], true)).toBe('');
  });
});

describe('a notification', () => {
  it.each([
    ['bell', '\x07', '\x07'],
    ['desktop', '\x1b]9;shop: build 2 failed: ', '\x1b]9;shop: served again\x07'],
  ] as const)('by %s tells of a failure and of its end once, when the window is behind others', (by, failure, end) => {
    const notify = createNotifier(by);
    const without = (sequence: string) => sequence.replace(/\x1b\]0;[^\x07]*\x07/, '');
    expect(without(notify([state(serving)], false))).toBe('');
    expect(without(notify([state(failed)], false)).startsWith(failure)).toBe(true);
    expect(without(notify([state(failed)], false))).toBe('');
    expect(without(notify([state([...failed, again])], false))).toBe('');
    expect(without(notify([state([...failed, again, mended])], false))).toBe(end);
  });

  it('is none while the window is in front, and with --notify off', () => {
    expect(createNotifier('bell')([state(failed)], true)).not.toMatch(/\x07$(?<!sti\x07)/);
    expect(createNotifier('off')([state(failed)], false)).toMatch(/^\x1b\]0;[^\x07]*\x07$/);
  });
});

it.each([
  ['15;0', 'dark'],
  ['0;15', 'light'],
  ['0;default;7', 'light'],
  ['', undefined],
  ['x', undefined],
])('COLORFGBG=%s is %s', (COLORFGBG, ground) => expect(groundOf({ COLORFGBG })).toBe(ground));

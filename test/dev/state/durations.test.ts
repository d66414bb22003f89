import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  comesAfterSave,
  describeAge,
  roughly,
  servedTimes,
  timeBetween,
  usualTime,
} from '../../../source/dev/state/durations.ts';
import { type BuildState, initialState, type StepState } from '../../../source/dev/state/state.ts';

const step = (name: StepState['name'], ms: number, startedAt = 0): StepState => ({
  name,
  status: 'ok',
  startedAt,
  ms,
  summary: '',
});
const build = (number: number, steps: readonly StepState[], ms = 100): BuildState => ({
  ...{ number, at: 0, why: '', changes: [], changed: 0, steps, end: 'served', ms },
});

describe('the time of a build', () => {
  it('is that of its steps and of what is between them; what comes after the save is no part of it', () => {
    const steps = [step('assemble', 47), step('run', 20), step('commit', 308, 100)];
    expect(comesAfterSave(build(1, steps), steps[2] ?? step('run', 0))).toBe(true);
    expect(timeBetween(build(1, steps))).toBe(33);
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 5 }), fc.nat(1_000), (times, ms) => {
        const some = build(
          1,
          times.map((time) => step('assemble', time)),
          ms,
        );
        const between = timeBetween(some);
        const sum = times.reduce((all, time) => all + time, 0);
        expect(between === 0 || between + sum === ms).toBe(true);
      }),
    );
  });
});

it('a step usually takes what it took in the middle of the last builds, once two have told', () => {
  const state = (times: readonly number[]) => ({
    ...initialState,
    builds: times.map((ms, at) => build(at + 1, [step('assemble', ms)])),
  });
  expect(usualTime(state([5]), 'assemble', 9)).toBeUndefined();
  expect(usualTime(state([5, 7, 900]), 'assemble', 9)).toBe(7);
  expect(usualTime(state([5, 7, 900]), 'assemble', 3)).toBe(7);
  expect(usualTime(state([5, 7]), 'run', 9)).toBeUndefined();
});

it('of the time of a step only good builds tell, and not the one that is asked for', () => {
  const times = [900, 20, 100, 10].map((ms, at) => build(at + 1, [step('assemble', ms)]));
  const state = (builds: readonly BuildState[]) => ({ ...initialState, builds });
  expect(usualTime(state(times), 'assemble', 9)).toBe(100);
  expect(usualTime(state(times), 'assemble', 1)).toBe(20);
  const ended = (end: BuildState['end']) => state(times.map((one) => ({ ...one, end })));
  expect(usualTime(ended('built'), 'assemble', 9)).toBe(100);
  expect(usualTime(ended('failed'), 'assemble', 9)).toBeUndefined();
  const broken = times.map((one) => ({ ...one, steps: one.steps.map((it) => ({ ...it, status: 'failed' as const })) }));
  expect(usualTime(state(broken), 'assemble', 9)).toBeUndefined();
});

it('what begins with the end of a build that is served comes after the save', () => {
  const one = build(1, []);
  expect(comesAfterSave(one, step('commit', 1, 100))).toBe(true);
  expect(comesAfterSave(one, step('commit', 1, 99))).toBe(false);
  expect(comesAfterSave({ ...one, end: 'failed' }, step('commit', 1, 100))).toBe(false);
  expect(comesAfterSave(undefined, step('commit', 1, 100))).toBe(false);
});

it.each([
  [5, 100, 5],
  [4, 10, 0],
  [50, 1_000, 50],
  [49, 1_000, 0],
])('%i ms without a step of %i are worth telling: %i', (rest, ms, told) => {
  expect(timeBetween(build(1, [step('assemble', ms - rest)], ms))).toBe(told);
});

it('served times are the last ones, oldest first', () => {
  const builds = [
    build(1, [], 10),
    build(2, [], 20),
    { ...build(3, [], 30), end: 'failed' as const },
    build(4, [], 40),
  ];
  expect(servedTimes({ ...initialState, builds }, 2)).toEqual([20, 40]);
  expect(servedTimes({ ...initialState, builds }, 9)).toEqual([10, 20, 40]);
});

it.each([
  [0, 'now'],
  [4_999, 'now'],
  [5_000, '5 s'],
  [60_000, '1 m'],
  [3_600_000, '1 h'],
  [86_400_000, '1 d'],
  [24_000, '24 s'],
  [130_000, '2 m'],
  [7_300_000, '2 h'],
  [200_000_000, '2 d'],
])('an age of %i ms is %s', (ms, words) => expect(describeAge(ms)).toBe(words));

it.each([
  [1_000, 'about 1 s'],
  [60_000, 'about 1 m'],
  [5_120, 'about 5 s'],
  [612, 'about 610 ms'],
  [125_000, 'about 2 m'],
])('%i ms are %s', (ms, words) => expect(roughly(ms)).toBe(words));

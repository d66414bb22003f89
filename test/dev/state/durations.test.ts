import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comesAfterSave, describeAge, roughly, timeBetween, usualTime } from '../../../source/dev/state/durations.ts';
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

it.each([
  [0, 'now'],
  [24_000, '24 s'],
  [130_000, '2 m'],
  [7_300_000, '2 h'],
  [200_000_000, '2 d'],
])('an age of %i ms is %s', (ms, words) => expect(describeAge(ms)).toBe(words));

it.each([
  [5_120, 'about 5 s'],
  [612, 'about 610 ms'],
  [125_000, 'about 2 m'],
])('%i ms are %s', (ms, words) => expect(roughly(ms)).toBe(words));

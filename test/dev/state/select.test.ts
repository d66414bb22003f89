import { describe, expect, it } from 'vitest';
import type { DevEvent } from '../../../source/dev/events.ts';
import { reduce } from '../../../source/dev/state/reduce.ts';
import { currentSteps, describeStatus, findBuild, isBusy, shortDuration } from '../../../source/dev/state/select.ts';
import { initialState } from '../../../source/dev/state/state.ts';
import { building, failed, serving, started } from '../../support/sample-app.ts';

const stateAfter = (...events: readonly DevEvent[]) => events.reduce(reduce, initialState);
const url = 'http://localhost:8080';
const preparing = { type: 'step-started', at: 1, step: 'artifacts' } as const;
const prepared = { type: 'step-finished', at: 2, step: 'artifacts', ok: true, ms: 1, summary: '' } as const;
const exited = { type: 'app-exited', at: 1, cycle: 1, exitCode: 3, lastLines: ['  oops', ''] } as const;
const first = { type: 'cycle-started', at: 1, cycle: 1, why: 'start', changes: [], changed: 0 } as const;
const running = { type: 'step-started', at: 1, step: 'run' } as const;
const interrupted = {
  type: 'dev-interrupted',
  at: new Date(2026, 0, 1, 4, 2, 3).getTime(),
  code: 'builder',
  message: 'no image',
  hint: undefined,
  until: 'it is over',
  serving: 1,
} as const;

describe('the mood and the words of', () => {
  it.each<[string, readonly DevEvent[], string, string, string?]>([
    ['a preparation', [preparing], 'busy', 'preparing: artifacts'],
    ['a preparation that is done', [preparing, prepared], 'busy', 'starting'],
    ['an application that is served', serving, 'good', 'serving', url],
    [
      'an application without a port',
      [first, { type: 'cycle-served', at: 1, cycle: 1, ms: 1, path: 'in place', why: '', urls: [] }],
      'good',
      'running · no port is exposed (--port HOST:CONTAINER)',
    ],
    ['the next build', building, 'busy', 'building', url],
    [
      'the next build of an application without a port',
      [
        first,
        { type: 'cycle-served', at: 1, cycle: 1, ms: 1, path: 'in place', why: '', urls: [] },
        { ...first, cycle: 2 },
      ],
      'busy',
      'building — still serving build 1',
    ],
    ['a first build', [first, preparing], 'busy', 'building: artifacts'],
    ['a first build between two steps', [first, preparing, prepared], 'busy', 'building: starting'],
    ['a first build after a failure', [first, { ...prepared, ok: false }], 'busy', 'building: ending after a failure'],
    ['an application that starts', [first, running], 'busy', 'building: run'],
    [
      'another step that says what it does',
      [first, preparing, { type: 'status', at: 1, step: 'artifacts', text: 'saving' }],
      'busy',
      'building: artifacts',
    ],
    ['a failure', failed, 'bad', 'build 2 failed: assemble failed with exit code 1 — still serving build 1', url],
    ['a crash', [...serving, exited], 'bad', 'the application ended with exit code 3 · oops'],
    [
      'a builder that is gone',
      [...serving, interrupted],
      'bad',
      'no image since 04:02:03 · what was served goes on',
      url,
    ],
  ])('%s', (_, events, mood, words, address) => {
    expect(describeStatus(stateAfter(...events))).toEqual({ mood, words, url: address });
  });

  it('a build of its own that went well', () => {
    expect(describeStatus({ ...stateAfter(...started), finished: 'built' })).toEqual({
      mood: 'good',
      words: 'built',
      url: undefined,
    });
  });

  it('a loop that has ended is not that of what interrupted it', () => {
    const summary = {
      cycles: 1,
      failures: 0,
      medianMs: 5,
      tag: null,
      taggedCycle: null,
      lastGoodCycle: 1,
      ways: [],
      learned: [],
    };
    const state = stateAfter(interrupted, { type: 'dev-finished', at: 1, summary });
    expect(describeStatus(state).words).toBe('starting');
  });
});

it('a step that waits says for what, and how much of its time is over, once it has waited for a second', () => {
  const waiting = { type: 'status', at: 1_000, step: 'run', text: 'waiting for 8080', limitMs: 60_000 } as const;
  const words = (now?: number) => describeStatus(stateAfter(first, running, waiting), now).words;
  expect(words(5_000)).toBe('waiting for 8080 · 4.0 of 60 s');
  expect(words(2_000)).toBe('waiting for 8080 · 1.0 of 60 s');
  expect(words(1_999)).toBe('building: run');
  expect(words()).toBe('building: run');
});

it('a build is found by its number', () => {
  const state = stateAfter(...building);
  expect(findBuild(state, 1)?.number).toBe(1);
  expect(findBuild(state, 3)).toBeUndefined();
  expect(findBuild(state, undefined)).toBeUndefined();
});

it('the current steps are those of the build that runs, else those of a preparation, else those of the last build', () => {
  const names = (...events: readonly DevEvent[]) => currentSteps(stateAfter(...events)).map(({ name }) => name);
  expect(names()).toEqual([]);
  expect(names(...building)).toEqual(['source', 'assemble']);
  expect(names(...building, preparing)).toEqual(['source', 'artifacts', 'assemble']);
  expect(names(...serving)).toContain('commit');
  expect(names(...serving, preparing)).toEqual(['artifacts']);
});

it('it is busy while a step or a build runs', () => {
  expect(isBusy(initialState)).toBe(false);
  expect(isBusy(stateAfter(...serving))).toBe(false);
  expect(isBusy(stateAfter(...building))).toBe(true);
  expect(isBusy(stateAfter(first))).toBe(true);
  expect(isBusy(stateAfter(...serving, preparing))).toBe(true);
  expect(isBusy(stateAfter(...serving, preparing, prepared))).toBe(false);
});

it.each([
  [-1, '0 ms'],
  [0.6, '1 ms'],
  [999, '999 ms'],
  [1_000, '1.0 s'],
  [59_949, '59.9 s'],
  [59_950, '1 m 00 s'],
  [125_400, '2 m 05 s'],
])('%d ms are %s', (ms, words) => expect(shortDuration(ms)).toBe(words));

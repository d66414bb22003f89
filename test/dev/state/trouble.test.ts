import { expect, it } from 'vitest';
import type { DevEvent } from '../../../source/dev/events.ts';
import { reduce } from '../../../source/dev/state/reduce.ts';
import { initialState } from '../../../source/dev/state/state.ts';
import { troubleOf } from '../../../source/dev/state/trouble.ts';
import { building, serving } from '../../support/sample-app.ts';

const troubleAfter = (...events: readonly DevEvent[]) => troubleOf(events.reduce(reduce, initialState));

const still = 'still serving build 1 at http://localhost:8080';
const interrupted = {
  type: 'dev-interrupted',
  at: 1,
  code: 'engine-lost',
  message: 'the engine is away',
  hint: 'Start it.',
  until: 'it is over',
  serving: 1,
} as const;
const failed = {
  type: 'cycle-failed',
  at: 1,
  cycle: 2,
  code: 'assemble',
  message: 'assemble failed',
  lastLines: ['error: no such module', 'npm is done'],
  hint: 'Read it.',
  serving: 1,
} as const;
const exited = { type: 'app-exited', at: 1, cycle: 1, exitCode: 7, lastLines: ['oops'] } as const;
const summary = {
  cycles: 1,
  failures: 1,
  medianMs: null,
  tag: null,
  taggedCycle: null,
  lastGoodCycle: null,
  ways: [],
  learned: [],
};
const finished = { type: 'dev-finished', at: 1, summary } as const;

it.each<[string, readonly DevEvent[]]>([
  ['while all is well', serving],
  ['while a build runs', building],
  ['while a build runs after a crash', [...serving, exited, ...building.slice(serving.length)]],
  ['once the loop has ended', [...serving, failed, finished]],
])('there is no trouble %s', (_, events) => expect(troubleAfter(...events)).toBeUndefined());

it('an engine that is away: why, where it was, and what is saved is built when it is back', () => {
  const message = 'the engine at unix:///run/docker.sock does not answer: nothing listens there';
  expect(troubleAfter(...serving, { ...interrupted, message })).toEqual({
    what: 'the engine does not answer',
    cause: 'nothing listens there (unix:///run/docker.sock)',
    hint: 'Check whether the engine still runs (docker info). Saves made meanwhile are built as soon as it is over.',
    still,
  });
});

it.each([
  ['Start it.', 'Start it. Then press b.'],
  [undefined, 'Fix what it says. Then press b.'],
])('a loop that waits to be asked says what to press after “%s”', (hint, advice) => {
  expect(troubleAfter(...serving, { ...interrupted, until: 'asked again', hint })).toMatchObject({ hint: advice });
});

it('a build that failed: why, by the line that says most, and what is served', () => {
  expect(troubleAfter(...building, failed)).toEqual({
    what: 'assemble failed',
    cause: 'error: no such module',
    hint: 'Read it.',
    still,
  });
});

it('a build that failed with nothing before it: nothing is served', () => {
  const first = building.filter(({ type }) => type !== 'cycle-served');
  expect(troubleAfter(...first, { ...failed, serving: null })).toMatchObject({ still: 'nothing is served' });
});

it('an application that ended: its exit code and what it said last', () => {
  expect(troubleAfter(...serving, exited)).toEqual({
    what: 'the application ended with exit code 7',
    cause: 'oops',
    hint: 'Read its last lines. r starts it again, as does the next save.',
    still: 'nothing is served',
  });
});

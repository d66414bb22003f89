import { describe, expect, it } from 'vitest';
import type { DevEvent } from '../../../source/dev/events.ts';
import { reduce } from '../../../source/dev/state/reduce.ts';
import { describeStatus, findBuild } from '../../../source/dev/state/select.ts';
import { initialState } from '../../../source/dev/state/state.ts';
import { building, started } from '../../support/sample-app.ts';

const stateAfter = (events: readonly DevEvent[]) => events.reduce(reduce, initialState);
const save = (cycle: number): DevEvent => ({
  type: 'cycle-started',
  at: 10 * cycle,
  cycle,
  why: 'saved',
  changes: ['a.js'],
  changed: 1,
});
const served = (cycle: number): DevEvent => ({
  type: 'cycle-served',
  at: 10 * cycle + 5,
  cycle,
  ms: 5,
  path: 'sync',
  why: '',
  urls: ['http://localhost:8080'],
});
const tagged = (cycle: number): DevEvent => ({
  type: 'image-tagged',
  at: 100,
  cycle,
  tag: 'shop:latest',
  imageId: 'sha256:1',
  ms: 7,
});
const named = [
  { type: 'dev-started', at: 0, source: '/shop', builder: 'nodejs', tag: 'shop:latest' },
] as const satisfies DevEvent[];
const commitOf = (events: readonly DevEvent[], cycle: number) =>
  findBuild(stateAfter([...named, ...events]), cycle)?.steps.find(({ name }) => name === 'commit');

describe('a step that will never come says why', () => {
  it('the image of a state that was saved over', () => {
    const events = [save(35), served(35)];
    expect(commitOf(events, 35)).toMatchObject({ status: 'waiting' });
    expect(commitOf([...events, save(36)], 35)).toMatchObject({ status: 'skipped', summary: '36 came before it' });
    expect(commitOf([...events, save(36), served(36), tagged(36)], 35)?.summary).toBe('36 has the tag');
  });

  it('unless it came all the same', () => {
    const events = [save(35), served(35), save(36), tagged(35)];
    expect(commitOf(events, 35)).toMatchObject({ status: 'ok', summary: 'shop:latest', ms: 7 });
  });

  it('what a newer save cut off, and it runs no longer', () => {
    const before = stateAfter(building).builds.at(-1);
    const superseded: DevEvent = { type: 'cycle-superseded', at: 9_400, cycle: 2, why: 'saved' };
    const build = stateAfter([...building, superseded]).builds.at(-1);
    expect(build?.steps.at(-1)).toMatchObject({ name: 'assemble', status: 'skipped', ms: 300 });
    // What had ended already stays as it was.
    expect(build?.steps.slice(0, -1)).toEqual(before?.steps.slice(0, -1));
    expect(before?.steps.length).toBeGreaterThan(1);
  });
});

describe('a wait for the application', () => {
  const waiting = stateAfter([
    ...started.slice(0, -2),
    { type: 'step-started', at: 5_000, step: 'run' },
    { type: 'status', at: 5_100, step: 'run', text: 'waiting for 8080', limitMs: 60_000 },
  ]);

  it('counts to its end', () => {
    expect(describeStatus(waiting, 9_000).words).toBe('waiting for 8080 · 3.9 of 60 s');
  });

  it('is not told before it has lasted a second', () => {
    expect(describeStatus(waiting, 5_900).words).toBe('building: run');
  });
});

import { describe, expect, it } from 'vitest';
import type { DevEvent } from '../../../source/dev/events.ts';
import { reduce } from '../../../source/dev/state/reduce.ts';
import { describeStatus } from '../../../source/dev/state/select.ts';
import { initialState } from '../../../source/dev/state/state.ts';
import { createDevStore } from '../../../source/dev/state/store.ts';
import { StiError } from '../../../source/errors.ts';
import { building, failed, serving, started } from '../../support/sample-app.ts';

const stateAfter = (events: readonly DevEvent[]) => events.reduce(reduce, initialState);
const words = (events: readonly DevEvent[]) => describeStatus(stateAfter(events)).words;

describe('the state in words', () => {
  const exited = { type: 'app-exited', at: 1, cycle: 1, exitCode: 3, lastLines: [] } as const;
  const paused = { type: 'watching', at: 1, paused: true } as const;
  const lost = {
    type: 'dev-interrupted',
    at: new Date(2026, 10, 29, 14, 2, 31).getTime(),
    code: 'engine-lost',
    message: 'the engine at unix:///x does not answer: no such socket',
    hint: undefined,
    until: 'it is over',
    serving: null,
  } as const;
  const stopped = { ...lost, code: 'builder', message: 'there is no image x', until: 'asked again' } as const;
  const again = { type: 'cycle-started', at: 2, cycle: 2, why: 'back', changes: [], changed: 0 } as const;
  it.each<[string, readonly DevEvent[], string]>([
    ['before anything', [], 'starting'],
    ['while the first build runs', started.slice(0, -4), 'building: starting'],
    ['once it is served', serving, 'serving'],
    ['while the next build runs', building, 'building'],
    ['after a failure', failed, 'build 2 failed: assemble failed with exit code 1 — still serving build 1'],
    ['after a crash', [...serving, exited], 'the application ended with exit code 3'],
    [
      'while the engine is away',
      [...serving, lost],
      'the engine does not answer since 14:02:31 · what was served is down',
    ],
    [
      'while the engine is away, after a build was under way',
      [...building, lost],
      'the engine does not answer since 14:02:31 · what was served is down',
    ],
    ['once it goes on', [...serving, lost, again], 'building: starting'],
    ['when it could not start', [stopped], 'there is no image x — nothing is served'],
    [
      'when it waits to be tried again while an old version is there',
      [...serving, { ...stopped, serving: 1 }],
      'there is no image x — still serving build 1',
    ],
    [
      'after a save was served wrong',
      [...serving, { type: 'corrected', at: 9, cycle: 1, ms: 3_100, why: 'assemble also compiles *.ts', urls: [] }],
      'serving · 1 was served wrong for 3.1 s: assemble also compiles *.ts',
    ],
    ['while watching is paused', [...serving, paused], 'serving · watching paused'],
  ])('%s', (_when, events, expected) => expect(words(events)).toBe(expected));

  it('says after a failure that nothing is served when nothing is', () => {
    const events = failed.filter(({ type }) => type !== 'cycle-served');
    const none = events.map((event) => (event.type === 'cycle-failed' ? { ...event, serving: null } : event));
    expect(words(none)).toContain('nothing is served');
  });
});

describe('reduce', () => {
  it('gives the steps before the first build to that build, in reading order', () => {
    const [build] = stateAfter(serving).builds;
    expect(build?.steps.map(({ name }) => name)).toEqual([
      'source',
      'builder',
      'scripts',
      'artifacts',
      'assemble',
      'run',
      'commit',
    ]);
  });

  it('shows the image as waiting until it is tagged', () => {
    const commit = (events: readonly DevEvent[]) =>
      stateAfter(events).builds[0]?.steps.find(({ name }) => name === 'commit');
    expect(commit(serving.slice(0, -3))?.status).toBe('waiting');
    expect(commit(serving)).toMatchObject({ status: 'ok', ms: 110 });
  });

  it('names the step at which a build failed, and keeps what is served', () => {
    const state = stateAfter(failed);
    expect(state.builds.at(-1)).toMatchObject({ end: 'failed', failure: { step: 'assemble' } });
    expect(state.serving).toEqual({ cycle: 1, urls: ['http://localhost:8080'] });
  });

  it('leaves a step alone whose standby says what it does', () => {
    const status = { type: 'status', at: 1, step: 'assemble', text: 'waiting' } as const;
    expect(stateAfter([...serving, status])).toEqual(stateAfter(serving));
  });

  it('knows one build of sti build, and why it failed', () => {
    const error = new StiError('assemble', 'assemble failed with exit code 1', { hint: 'Read it.' });
    const state = stateAfter([
      { type: 'build-started', at: 0, source: '.', builder: 'b', tag: null },
      { type: 'step-started', at: 0, step: 'assemble' },
      { type: 'build-finished', at: 5, ms: 5, outcome: { ok: false, error, tagKept: null } },
    ]);
    expect(state.builds).toMatchObject([{ number: 1, end: 'failed', failure: { step: 'assemble', hint: 'Read it.' } }]);
    expect(describeStatus(state).words).toBe('build failed: assemble failed with exit code 1');
  });

  it('remembers the last 200 builds', () => {
    const events = Array.from({ length: 250 }, (_none, index) => {
      return { type: 'cycle-started', at: 0, cycle: index + 1, why: 'saved', changes: [], changed: 0 } as const;
    });
    expect(stateAfter(events).builds.length).toBe(200);
    expect(stateAfter(events).builds.at(-1)?.number).toBe(250);
  });
});

describe('createDevStore', () => {
  it('tells of each event at once, until nobody listens', () => {
    const store = createDevStore();
    let told = 0;
    const stop = store.subscribe(() => {
      told += 1;
    });
    for (const event of serving) store.dispatch(event);
    expect(told).toBe(serving.length);
    stop();
    store.dispatch({ type: 'watching', at: 0, paused: true });
    expect(told).toBe(serving.length);
    expect(store.state.paused).toBe(true);
  });
});

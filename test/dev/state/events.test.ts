import { describe, expect, it } from 'vitest';
import type { DevEvent } from '../../../source/dev/events.ts';
import { reduce } from '../../../source/dev/state/reduce.ts';
import { type DevState, initialState } from '../../../source/dev/state/state.ts';
import { StiError } from '../../../source/errors.ts';
import { building, failed, serving } from '../../support/sample-app.ts';

const stateAfter = (...events: readonly DevEvent[]): DevState => events.reduce(reduce, initialState);
const lastOf = ({ builds }: DevState) => builds.at(-1);
const stepOf = (state: DevState, name: string) => lastOf(state)?.steps.find((step) => step.name === name);

const request = {
  at: 1,
  method: 'GET',
  path: '/',
  status: 200,
  ms: 3,
  waitedMs: 0,
  bytes: 9,
  version: 1,
  fields: [],
  answerFields: [],
} as const;
const begun = { type: 'cycle-started', at: 9_000, cycle: 2, why: 'saved', changes: [], changed: 0 } as const;
const served = { type: 'cycle-served', at: 9_500, cycle: 2, ms: 500, path: 'in place', why: 'so', urls: [] } as const;
const interrupted = {
  type: 'dev-interrupted',
  at: 9_300,
  code: 'engine-lost',
  message: 'away',
  hint: 'Start it.',
  until: 'it is over',
  serving: 1,
} as const;

describe('a build', () => {
  it('waits for its turn, and is superseded after the time that it took', () => {
    const waiting = stateAfter(...building, { type: 'cycle-waiting', at: 9_050, cycle: 2 });
    expect(stepOf(waiting, 'assemble')).toEqual({
      name: 'assemble',
      status: 'waiting',
      startedAt: 9_050,
      summary: 'for its turn',
    });
    const superseded = reduce(waiting, { type: 'cycle-superseded', at: 9_300, cycle: 2, why: 'it had only begun' });
    expect(lastOf(superseded)).toMatchObject({ number: 2, changed: 1, end: 'superseded', ms: 300 });
    expect(superseded.builds[0]).toEqual(waiting.builds[0]);
  });

  it('of saved files has a step that says how many; one that was asked for has none', () => {
    expect(stepOf(stateAfter(...building), 'source')).toMatchObject({
      status: 'ok',
      startedAt: 9_000,
      summary: '1 changed',
    });
    expect(stepOf(stateAfter(...serving, begun), 'source')).toBeUndefined();
  });

  it('takes over the steps that came before it, once', () => {
    const before = stateAfter(...serving, { type: 'step-started', at: 8_000, step: 'artifacts' });
    expect(before.waitingSteps).toEqual([{ name: 'artifacts', status: 'running', startedAt: 8_000, summary: '' }]);
    const after = reduce(before, begun);
    expect(after.waitingSteps).toEqual([]);
    expect(lastOf(after)?.steps).toEqual(before.waitingSteps);
  });

  it('that is served says how and why, and its image waits where there is a tag', () => {
    const state = stateAfter(...building, served);
    expect(lastOf(state)).toMatchObject({ end: 'served', ms: 500, path: 'in place: so' });
    expect(stepOf(state, 'commit')).toEqual({
      name: 'commit',
      status: 'waiting',
      startedAt: 9_500,
      summary: 'when it is quiet',
    });
    expect(stepOf(stateAfter(...building, { ...served, path: 'image first' }), 'commit')).toBeUndefined();
    expect(stepOf(stateAfter(begun, served), 'commit')).toBeUndefined();
  });

  it('that is proven says so', () => {
    const state = stateAfter(...building, served, { type: 'proven', at: 9_600, cycle: 2 });
    expect(lastOf(state)).toMatchObject({ number: 2, end: 'served', path: 'in place: so · proven' });
    expect(lastOf(stateAfter(begun, { type: 'proven', at: 9_600, cycle: 2 }))?.path).toBe(' · proven');
  });

  it('that fails takes the step that ran with it, and leaves the others', () => {
    const failure = { code: 'assemble', message: 'no', lastLines: ['why'], hint: undefined } as const;
    const event = { type: 'cycle-failed', at: 9_200, cycle: 2, serving: 7, ...failure } as const;
    const running = stateAfter(begun, {
      type: 'step-finished',
      at: 9_050,
      step: 'copy',
      ok: true,
      ms: 5,
      summary: 'all',
    });
    const state = reduce(reduce(running, { type: 'step-started', at: 9_100, step: 'assemble' }), event);
    expect(lastOf(state)).toMatchObject({
      end: 'failed',
      ms: 200,
      failure: { message: 'no', step: 'assemble', lastLines: ['why'] },
    });
    expect(lastOf(state)?.steps.map(({ name, status }) => `${name} ${status}`)).toEqual(['copy ok', 'assemble failed']);
    expect(state.serving).toEqual({ cycle: 7, urls: [] });
    expect(state.troubles).toBe(1);
    expect(lastOf(stateAfter(begun, event))?.failure?.step).toBeUndefined();
    expect(reduce(state, { ...event, serving: null }).serving).toBeUndefined();
  });

  it('of sti build ends with its image, also when it had none of these steps', () => {
    const made = { digest: null, sbomDigest: null, labels: {}, incremental: false, exposedPorts: [], steps: [] };
    const result = { tag: 'app', imageId: 'sha256:1', addedBytes: 5, ...made };
    const build = { type: 'build-started', at: 100, source: '.', builder: 'b', tag: 'app' } as const;
    expect(stateAfter(build)).toMatchObject({
      source: '.',
      builder: 'b',
      tag: 'app',
      builds: [{ at: 100, changed: 0, changes: [], why: 'asked for' }],
    });
    const state = stateAfter(build, { type: 'build-finished', at: 150, ms: 50, outcome: { ok: true, result } });
    expect(lastOf(state)).toMatchObject({ number: 1, end: 'built', ms: 50 });
    expect(state).toMatchObject({ image: { cycle: 1, imageId: 'sha256:1', addedBytes: 5 }, finished: 'built' });
  });

  it('of sti build that failed before it began is a build all the same', () => {
    const error = new StiError('engine-unreachable', 'no engine');
    const event = { type: 'build-finished', at: 150, ms: 50, outcome: { ok: false, error, tagKept: null } } as const;
    const state = stateAfter(event);
    expect(state.builds).toMatchObject([{ number: 1, at: 100, end: 'failed', ms: 50, why: 'asked for' }]);
    expect(state).toMatchObject({ troubles: 1, finished: 'failed' });
    expect(stateAfter(...building, event).builds.map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('a step that runs', () => {
  const running = stateAfter(...building);

  it('says what it does and how far it is; others are left alone', () => {
    const said = reduce(running, { type: 'status', at: 1, step: 'assemble', text: 'compiling' });
    expect(stepOf(said, 'assemble')).toMatchObject({ status: 'running', startedAt: 9_100, summary: 'compiling' });
    expect(reduce(running, { type: 'status', at: 1, step: 'source', text: 'reading' })).toEqual(running);
    const far = reduce(running, { type: 'progress', at: 1, step: 'assemble', done: 5, of: 10, unit: 'files' });
    expect(stepOf(far, 'assemble')).toMatchObject({ status: 'running', summary: expect.stringContaining('10') });
  });

  it('may have begun before anybody looked', () => {
    const state = stateAfter(begun, { type: 'step-finished', at: 1, step: 'copy', ok: true, ms: 4, summary: 'done' });
    expect(stepOf(state, 'copy')).toEqual({ name: 'copy', status: 'ok', startedAt: 0, ms: 4, summary: 'done' });
    const far = stateAfter(begun, { type: 'progress', at: 1, step: 'copy', done: 1, of: 2, unit: 'files' });
    expect(stepOf(far, 'copy')).toMatchObject({ status: 'running', startedAt: 0 });
  });
});

describe('an interruption', () => {
  it('ends the build that runs, as a failure without last lines', () => {
    const state = stateAfter(...building, interrupted);
    expect(lastOf(state)).toMatchObject({
      end: 'failed',
      ms: 300,
      failure: { message: 'away', hint: 'Start it.', lastLines: [] },
    });
    expect(state).toMatchObject({
      troubles: 1,
      serving: { cycle: 1 },
      interrupted: { at: 9_300, code: 'engine-lost' },
    });
  });

  it('leaves builds that have ended as they are', () => {
    expect(stateAfter(...serving, interrupted).builds).toEqual(stateAfter(...serving).builds);
    expect(stateAfter(interrupted).builds).toEqual([]);
    expect(stateAfter(...serving, { ...interrupted, serving: null }).serving).toBeUndefined();
  });
});

describe('the state remembers', () => {
  it('the last 1,000 requests, oldest first', () => {
    const requests = Array.from({ length: 1_005 }, (_, ms) => ({ type: 'request', ...request, ms }) as const);
    const { requests: kept } = stateAfter(...requests);
    expect(kept).toHaveLength(1_000);
    expect([kept[0]?.ms, kept.at(-1)?.ms]).toEqual([5, 1_004]);
    expect(stateAfter({ type: 'request', ...request }).requests).toEqual([request]);
  });

  it('what the last image has, and the artifacts', () => {
    const { artifacts, image } = stateAfter(...serving);
    expect(artifacts).toMatchObject({ cycle: 1, files: 3, bytes: 48_000_000 });
    expect(image).toMatchObject({ cycle: 1, bytes: 182_000_000, addedBytes: 1_200_000 });
    expect(image?.changes).toHaveLength(3);
  });

  it('the files of the last five images, and only of builds that have one', () => {
    const compared = (cycle: number): readonly DevEvent[] => [
      { ...begun, cycle: 2 * cycle },
      { ...begun, cycle: 2 * cycle + 1 },
      { type: 'image-compared', at: 1, cycle: 2 * cycle, imageId: `${cycle}`, bytes: 1, addedBytes: 1, changes: [] },
    ];
    const events = [1, 2, 3, 4, 5, 6, 7].flatMap(compared);
    const having = ({ builds }: DevState) =>
      builds.flatMap(({ number, image }) => (image === undefined ? [] : [number]));
    expect(having(stateAfter(...events))).toEqual([6, 8, 10, 12, 14]);
    expect(having(stateAfter(...events, ...compared(7).slice(2)))).toEqual([6, 8, 10, 12, 14]);
  });

  it('what is known of an image when its tag moves, and nothing of another', () => {
    const tagged = {
      type: 'image-tagged',
      at: 1,
      cycle: 1,
      tag: 't',
      imageId: 'sha256:9ab3f00d1234ffff',
      ms: 1,
    } as const;
    expect(stateAfter(...serving, tagged).image).toMatchObject({ bytes: 182_000_000 });
    expect(stateAfter(...serving, { ...tagged, imageId: 'other' }).image).toEqual({ imageId: 'other', cycle: 1 });
  });

  it('the last warning, how often something went wrong, and the end', () => {
    expect(stateAfter({ type: 'warning', at: 1, message: 'careful' }).lastWarning).toBe('careful');
    expect(stateAfter(...failed, { type: 'app-exited', at: 1, cycle: 1, exitCode: 7, lastLines: ['x'] })).toMatchObject(
      {
        troubles: 2,
        serving: undefined,
        exited: { cycle: 1, exitCode: 7, lastLines: ['x'] },
      },
    );
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
    const ended = stateAfter(...serving, { type: 'dev-finished', at: 1, summary });
    expect(ended).toMatchObject({ finished: summary, serving: undefined, source: '/home/me/app' });
  });

  it.each<DevEvent>([
    { type: 'unlearned', at: 1, cycle: 1, kinds: [], why: '' },
    { type: 'not-learned', at: 1, cycle: 1, kinds: [], why: '' },
    { type: 'learned', at: 1, cycle: 1, kinds: [] },
    { type: 'save-waiting', at: 1, why: '' },
    { type: 'dev-ending', at: 1, image: null },
    { type: 'log', at: 1, step: 'run', stream: 'stdout', text: 'x', lines: [], open: 'x' },
  ])('nothing of $type', (event) => expect(stateAfter(...serving, event)).toEqual(stateAfter(...serving)));
});

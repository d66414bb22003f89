import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Decision,
  idle,
  type Schedule,
  type ScheduleEvent,
  schedule,
} from '../../../source/dev/schedule/schedule.ts';

function play(events: readonly ScheduleEvent[], from: Schedule = idle): { state: Schedule; decisions: Decision[] } {
  let state = from;
  const decisions = events.map((event) => {
    const { next, decision } = schedule(state, event);
    state = next;
    return decision;
  });
  return { state, decisions };
}

const demandAt = (at: number, ...paths: string[]) => ({ at, why: 'saved', paths });
const saved = (at: number): ScheduleEvent => ({ type: 'saved', at, demand: demandAt(at) });
const asked = (at: number): ScheduleEvent => ({ type: 'asked', at, demand: { at, why: 'asked for', paths: [] } });
const opened = (at: number): ScheduleEvent => ({ type: 'opened', at });
const ended = (at: number): ScheduleEvent => ({ type: 'ended', at });

describe('schedule', () => {
  it('builds a save when nothing runs', () => {
    expect(play([saved(0)]).decisions).toEqual([{ do: 'build', state: 1, demand: demandAt(0) }]);
  });

  it('lets a newer save supersede a running build', () => {
    const { decisions } = play([saved(0), opened(1), saved(5)]);
    expect(decisions[2]).toEqual({ do: 'supersede', state: 2, demand: demandAt(5), why: 'it had only begun' });
  });

  it('lets a build past half of the last duration go on, and builds the save after it', () => {
    const { decisions } = play([
      ...[saved(0), opened(50), ended(1_050)],
      ...[saved(2_000), opened(2_000), saved(2_501), ended(3_000)],
    ]);
    expect(decisions.slice(5)).toEqual([
      { do: 'wait', why: 'the build before is more than half done' },
      { do: 'build', state: 3, demand: demandAt(2_501) },
    ]);
  });

  it('lets a build go on that ends sooner than its container is thrown away', () => {
    expect(play([saved(0), opened(0), ended(200), saved(300), opened(300), saved(310)]).decisions[5]).toEqual({
      do: 'wait',
      why: 'the build before is almost done',
    });
    const long = [saved(0), opened(0), ended(2_000), saved(3_000), opened(3_000), saved(3_010)];
    expect(play(long).decisions[5]?.do).toBe('supersede');
  });

  it('decides about half a duration and about what is almost done to the millisecond', () => {
    const at = (duration: number, elapsed: number) =>
      play([saved(0), opened(0), ended(duration), saved(5_000), opened(5_000), saved(5_000 + elapsed)]).decisions[5];
    expect(at(2_000, 1_000)).toMatchObject({ do: 'supersede' });
    expect(at(2_000, 1_001)).toEqual({ do: 'wait', why: 'the build before is more than half done' });
    expect(at(300, 50)).toMatchObject({ do: 'supersede' });
    expect(at(300, 51)).toEqual({ do: 'wait', why: 'the build before is almost done' });
  });

  it('decides nothing when a container is opened, or when the newest state is being built', () => {
    expect(play([saved(0), opened(1)]).decisions[1]).toEqual({ do: 'nothing' });
    expect(play([saved(0), opened(1), { type: 'paused', at: 2 }, { type: 'resumed', at: 3 }]).decisions[3]).toEqual({
      do: 'nothing',
    });
  });

  it('builds the state that has superseded another one to its end', () => {
    const { state, decisions } = play([saved(0), opened(1), saved(5), opened(6), ended(20)]);
    expect(decisions[4]).toEqual({ do: 'nothing' });
    expect(state).toMatchObject({ settled: 2, running: undefined });
  });

  it('keeps the last duration when a build ends before it had a container', () => {
    expect(play([saved(0), opened(0), ended(1_000), saved(2_000), ended(2_100)]).state.lastDuration).toBe(1_000);
  });

  it('lets a state that waits for a container make way for every newer one', () => {
    const { decisions } = play([saved(0), saved(1), saved(2), saved(3), saved(4)]);
    expect(decisions.slice(1).map((decision) => decision.do)).toEqual(Array(4).fill('supersede'));
  });

  it('does not take the wait for a container for the duration of a build', () => {
    const { state } = play([saved(0), opened(5_000), ended(5_100)]);
    expect(state.lastDuration).toBe(100);
  });

  it('supersedes at most twice in a row', () => {
    const { decisions } = play([0, 1, 2, 3].flatMap((at) => [saved(at), opened(at)]));
    const ofSaves = decisions.filter((_, index) => index % 2 === 0);
    expect(ofSaves.map((decision) => decision.do)).toEqual(['build', 'supersede', 'supersede', 'wait']);
    expect(decisions.at(-2)).toEqual({ do: 'wait', why: 'two builds before gave way already' });
  });

  it('builds nothing when the last save is built', () => {
    expect(play([saved(0), ended(10)]).decisions[1]).toEqual({ do: 'nothing' });
  });

  it('builds again when asked to, without a save', () => {
    const { decisions } = play([saved(0), ended(10), asked(20)]);
    expect(decisions[2]).toMatchObject({ do: 'build', state: 2, demand: { why: 'asked for' } });
  });

  it('builds for all that was saved since the last build began, from the first of it on', () => {
    const first: ScheduleEvent = { type: 'saved', at: 300, demand: demandAt(300, 'a') };
    const second: ScheduleEvent = { type: 'saved', at: 310, demand: demandAt(310, 'b') };
    const { decisions } = play([saved(0), opened(0), ended(200), asked(290), opened(290), first, second, ended(500)]);
    expect(decisions.at(-1)).toEqual({ do: 'build', state: 4, demand: demandAt(300, 'a', 'b') });
  });

  it('leaves saves alone while paused, and builds them when resumed, since when somebody waits', () => {
    const { decisions } = play([{ type: 'paused', at: 0 }, saved(10), saved(20), { type: 'resumed', at: 30 }]);
    expect(decisions.slice(1, 3)).toEqual(Array(2).fill({ do: 'wait', why: 'saves are left alone' }));
    expect(decisions[3]).toEqual({ do: 'build', state: 1, demand: demandAt(30) });
  });

  it('builds what is asked for although saves are left alone, with what was saved', () => {
    const { decisions, state } = play([{ type: 'paused', at: 0 }, saved(10), asked(20), ended(30)]);
    expect(decisions[2]).toMatchObject({ do: 'build', demand: { at: 10, why: 'asked for' } });
    expect(play([{ type: 'resumed', at: 40 }], state).decisions).toEqual([{ do: 'nothing' }]);
  });

  it('builds nothing when resumed after no save, or without a pause', () => {
    const { decisions } = play([
      { type: 'paused', at: 0 },
      { type: 'resumed', at: 1 },
      { type: 'resumed', at: 2 },
    ]);
    expect(decisions.slice(1)).toEqual(Array(2).fill({ do: 'nothing' }));
  });

  const moments = fc.array(
    fc.tuple(fc.constantFrom('saved' as const, 'opened' as const, 'ended' as const), fc.nat(50)),
    {
      maxLength: 60,
    },
  );
  const story = moments.map((steps) => {
    let at = 0;
    return steps.map(([type, pause]): ScheduleEvent => {
      at += pause;
      return type === 'saved' ? saved(at) : { type, at };
    });
  });

  it('always builds the last save, whatever happens before', () => {
    fc.assert(
      fc.property(story, (events) => {
        let { state } = play(events);
        for (let ends = 0; ends < 2 && state.running !== undefined; ends++) ({ state } = play([ended(10_000)], state));
        expect(state.running).toBeUndefined();
        expect(state.settled).toBe(state.latest);
      }),
    );
  });

  it('never runs two builds, and starves none: of any four starts in a row, one runs to its end', () => {
    fc.assert(
      fc.property(story, (events) => {
        let running = false;
        let isOpen = false;
        let thrownAway = 0;
        events.reduce((state, event) => {
          if (event.type === 'opened') isOpen = running;
          if (event.type === 'ended' && running) {
            running = false;
            thrownAway = 0;
          }
          const { next, decision } = schedule(state, event);
          if (decision.do === 'build') {
            expect(running).toBe(false);
            running = true;
          }
          if (decision.do === 'supersede') {
            expect(running).toBe(true);
            thrownAway += isOpen ? 1 : 0;
          }
          if (decision.do === 'build' || decision.do === 'supersede') isOpen = false;
          expect(thrownAway).toBeLessThanOrEqual(2);
          return next;
        }, idle);
      }),
    );
  });
});

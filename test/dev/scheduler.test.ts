import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decision, idle, type Schedule, type ScheduleEvent, schedule } from '../../source/dev/scheduler.ts';

function play(events: readonly ScheduleEvent[], from: Schedule = idle): { state: Schedule; decisions: Decision[] } {
  let state = from;
  const decisions = events.map((event) => {
    const { next, decision } = schedule(state, event);
    state = next;
    return decision;
  });
  return { state, decisions };
}

const saved = (at: number): ScheduleEvent => ({ type: 'saved', at });
const opened = (at: number): ScheduleEvent => ({ type: 'opened', at });
const ended = (at: number): ScheduleEvent => ({ type: 'ended', at });

describe('schedule', () => {
  it('builds a save when nothing runs', () => {
    expect(play([saved(0)]).decisions).toEqual([{ do: 'build', state: 1 }]);
  });

  it('lets a newer save supersede a running build', () => {
    expect(play([saved(0), opened(1), saved(5)]).decisions[2]).toEqual({ do: 'supersede', state: 2 });
  });

  it('lets a build past half of the last duration go on, and builds the save after it', () => {
    const { decisions } = play([
      ...[saved(0), opened(50), ended(1_050)],
      ...[saved(2_000), opened(2_000), saved(2_501), ended(3_000)],
    ]);
    expect(decisions.slice(5)).toEqual([
      { do: 'nothing', why: 'a build past its half goes on' },
      { do: 'build', state: 3 },
    ]);
  });

  it('lets a build go on that ends sooner than its container is thrown away', () => {
    expect(play([saved(0), opened(0), ended(200), saved(300), opened(300), saved(310)]).decisions[5]).toEqual({
      do: 'nothing',
      why: 'a build all but done goes on',
    });
    const long = [saved(0), opened(0), ended(2_000), saved(3_000), opened(3_000), saved(3_010)];
    expect(play(long).decisions[5]?.do).toBe('supersede');
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
    expect(ofSaves.map((decision) => decision.do)).toEqual(['build', 'supersede', 'supersede', 'nothing']);
  });

  it('builds nothing when the last save is built', () => {
    expect(play([saved(0), ended(10)]).decisions[1]).toEqual({ do: 'nothing', why: 'up to date' });
  });

  it('builds again when asked to, without a save', () => {
    expect(play([saved(0), ended(10), { type: 'again', at: 20 }]).decisions[2]).toEqual({ do: 'build', state: 2 });
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
      return { type, at };
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
          if (decision.do !== 'nothing') isOpen = false;
          expect(thrownAway).toBeLessThanOrEqual(2);
          return next;
        }, idle);
      }),
    );
  });
});

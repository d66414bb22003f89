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
const ended = (at: number): ScheduleEvent => ({ type: 'ended', at });

describe('schedule', () => {
  it('builds a save when nothing runs', () => {
    expect(play([saved(0)]).decisions).toEqual([{ do: 'build', state: 1 }]);
  });

  it('lets a newer save supersede a running build', () => {
    expect(play([saved(0), saved(5)]).decisions[1]).toEqual({ do: 'supersede', state: 2 });
  });

  it('lets a build past half of the last duration go on, and builds the save after it', () => {
    const { decisions } = play([saved(0), ended(100), saved(200), saved(251), ended(300)]);
    expect(decisions.slice(3)).toEqual([
      { do: 'nothing', why: 'a build past its half goes on' },
      { do: 'build', state: 3 },
    ]);
  });

  it('supersedes at most twice in a row', () => {
    const { decisions } = play([saved(0), saved(1), saved(2), saved(3)]);
    expect(decisions.map((decision) => decision.do)).toEqual(['build', 'supersede', 'supersede', 'nothing']);
  });

  it('builds nothing when the last save is built', () => {
    expect(play([saved(0), ended(10)]).decisions[1]).toEqual({ do: 'nothing', why: 'up to date' });
  });

  it('builds again when asked to, without a save', () => {
    expect(play([saved(0), ended(10), { type: 'again', at: 20 }]).decisions[2]).toEqual({ do: 'build', state: 2 });
  });

  const moments = fc.array(fc.tuple(fc.constantFrom('saved' as const, 'ended' as const), fc.nat(50)), {
    maxLength: 60,
  });
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
        let thrownAway = 0;
        events.reduce((state, event) => {
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
            thrownAway += 1;
          }
          expect(thrownAway).toBeLessThanOrEqual(2);
          return next;
        }, idle);
      }),
    );
  });
});

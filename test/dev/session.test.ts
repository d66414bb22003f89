import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Played, play, story } from '../support/fake-engine/play.ts';
import { tag } from '../support/fake-engine/session.ts';
import { settle, settleFor } from '../support/fake-engine/time.ts';

vi.mock('node:timers/promises', () => import('../support/fake-engine/timers-promises.ts'));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** More of them find more: PROPERTY_RUNS=1000. */
const runs = Number(process.env['PROPERTY_RUNS'] ?? 15);

type Rule = (played: Played, scheduler: fc.Scheduler) => Promise<void> | void;

/** The rule holds for every story that ends with a save, when the engine has answered all. */
function holds(rule: Rule, { calm = false } = {}) {
  const stories = calm ? story.map((told) => ({ ...told, faults: [] })) : story;
  return fc.assert(
    fc.asyncProperty(fc.scheduler(), stories, async (scheduler, told) => {
      const played = await play(scheduler, told);
      try {
        void played.session.start(Date.now(), 'start');
        void played.act({ act: 'resume' }, { act: 'save', as: 'good' });
        await settle(scheduler);
        await rule(played, scheduler);
      } finally {
        await settleFor(scheduler, played.end());
        played.removeFolders();
        vi.clearAllTimers();
      }
    }),
    { numRuns: runs },
  );
}

function served({ engine, ports }: Played) {
  return engine.containers.get(ports.switches.at(-1)?.containerId ?? '');
}

describe('a session, whatever order the engine answers in', () => {
  it('serves the last save', () =>
    holds((played) => {
      expect(served(played)?.state).toMatch(new RegExp(`^good ${played.latest()}\\n`));
      expect(served(played)?.status).toBe('running');
    }));

  it('goes on serving the last good save when a later one fails', () =>
    holds(async (played, scheduler) => {
      const good = played.latest();
      played.perform({ act: 'save', as: 'bad' });
      await settle(scheduler);
      expect(played.events.findLast(({ type }) => type.startsWith('cycle'))).toMatchObject({ type: 'cycle-failed' });
      expect(served(played)?.state).toMatch(new RegExp(`^good ${good}\\n`));
      expect(served(played)?.status).toBe('running');
    }));

  it('never builds two states at once', () => holds(({ mostAssembling }) => expect(mostAssembling()).toBe(1)));

  it('never serves a state that a newer one has superseded', () =>
    holds(({ ports, events }) => {
      const superseded = events.flatMap((event) => (event.type === 'cycle-superseded' ? [event.cycle] : []));
      const cycles = ports.switches.map(({ cycle }) => cycle);
      expect(cycles.filter((cycle) => superseded.includes(cycle))).toEqual([]);
      expect(cycles).toEqual(cycles.toSorted((a, b) => a - b));
    }));

  it('leaves the tag at the state that is served, and no image without one', () =>
    holds(
      (played) => {
        expect(played.engine.tagged(tag)).toBe(served(played)?.state);
        expect(played.engine.untagged()).toEqual([]);
      },
      { calm: true },
    ));

  it('keeps no more containers than one that is served and those that wait', () =>
    holds((played) => {
      expect(played.engine.left().length).toBeLessThanOrEqual(3);
    }));
});

describe('a switch to a new version', () => {
  it('has the engine for itself for a moment, in which those who waited ask for a page', () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const played = await play(scheduler, { acts: [], faults: [], transport: 'upload', volumes: [] });
        try {
          void played.session.start(Date.now(), 'start');
          await settle(scheduler);
          played.perform({ act: 'save', as: 'good' });
          await settle(scheduler);
          const served = played.happened.findLastIndex(({ what }) => what === 'cycle-served');
          const since = played.happened[served]?.at ?? Number.NaN;
          const after = played.happened.slice(served).filter(({ what }) => /^(put|create|start|stop) /.test(what));
          expect(after).not.toEqual([]);
          expect(after.filter(({ at }) => at < since + 40)).toEqual([]);
        } finally {
          await settleFor(scheduler, played.end());
          played.removeFolders();
          vi.clearAllTimers();
        }
      }),
      { numRuns: runs },
    ));
});

describe('the end of a session, whenever it comes', () => {
  it('leaves no container, no image without a tag, no folder and no timer', () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), story, fc.nat(60), async (scheduler, told, turns) => {
        const played = await play(scheduler, told);
        void played.session.start(Date.now(), 'start');
        void played.act();
        await settle(scheduler, turns);
        await settleFor(scheduler, played.end());
        expect(played.engine.left().map(({ id }) => id)).toEqual([]);
        expect(played.engine.untagged()).toEqual([]);
        expect(played.hasFolder()).toBe(false);
        expect(vi.getTimerCount()).toBe(0);
        played.removeFolders();
      }),
      { numRuns: runs },
    ));
});

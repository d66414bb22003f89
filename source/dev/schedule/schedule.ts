/**
 * Decides, for one application, when a state of the source is built. Pure: the session carries out what it says.
 *
 * One build runs, at most one state waits: the newest. A newer save supersedes a running assemble of an older state, but
 * not one that is past half of the last one's duration or all but done, nor after two in a row, so that something always
 * gets done.
 */
export interface Schedule {
  /** The newest state of the source that is to be built; states are counted from 1. */
  readonly latest: number;
  /** The newest state that was built, whether it went well or not. */
  readonly settled: number;
  /** `since`: when its container was opened; undefined while it waits for one, and can make way at no cost. */
  readonly running: { readonly state: number; readonly since: number | undefined } | undefined;
  /** What the next build is for. */
  readonly demand: Demand | undefined;
  /** Saves are left alone. */
  readonly paused: boolean;
  readonly supersededInARow: number;
  /** How long the last assemble that ran to its end took; milliseconds. */
  readonly lastDuration: number | undefined;
}

/** Why there is to be a build. */
export interface Demand {
  /** When somebody began to wait for it; milliseconds since the epoch. */
  readonly at: number;
  readonly why: string;
  /** What was saved; nothing when it was asked for. */
  readonly paths: readonly string[];
}

export type ScheduleEvent =
  | { readonly type: 'saved'; readonly at: number; readonly demand: Demand }
  /** The newest state is to be built whether anything was saved or not, and also while saves are left alone. */
  | { readonly type: 'asked'; readonly at: number; readonly demand: Demand }
  | { readonly type: 'paused' | 'resumed'; readonly at: number }
  /** The running state is in its container, and is assembled from now on. */
  | { readonly type: 'opened'; readonly at: number }
  /** The build of the running state has ended, well or not. */
  | { readonly type: 'ended'; readonly at: number };

export type Decision =
  | { readonly do: 'build'; readonly state: number; readonly demand: Demand }
  /** Throw the running build away, and build this state instead. */
  | {
      readonly do: 'supersede';
      readonly state: number;
      readonly demand: Demand;
      readonly why: 'it had no container yet' | 'it had only begun';
    }
  /** The newest state is built later. */
  | {
      readonly do: 'wait';
      readonly why:
        | 'saves are left alone'
        | 'the build before is more than half done'
        | 'the build before is almost done'
        | 'two builds before gave way already';
    }
  /** The newest state is built, or is being built. */
  | { readonly do: 'nothing' };

interface Decided {
  readonly next: Schedule;
  readonly decision: Decision;
}

const mostInARow = 2;
/** To throw a container away keeps the engine busy for as long as this (docs/engines.md, "Costs"); milliseconds. */
const costOfThrowing = 250;

export const idle: Schedule = {
  latest: 0,
  settled: 0,
  running: undefined,
  demand: undefined,
  paused: false,
  supersededInARow: 0,
  lastDuration: undefined,
};

export function schedule(before: Schedule, event: ScheduleEvent): Decided {
  const { at } = event;
  switch (event.type) {
    case 'saved': {
      const asked = { ...before, demand: join(before.demand, event.demand) };
      if (before.paused) return { next: asked, decision: { do: 'wait', why: 'saves are left alone' } };
      return decide({ ...asked, latest: before.latest + 1 }, at);
    }
    case 'asked':
      return decide({ ...before, latest: before.latest + 1, demand: join(before.demand, event.demand) }, at);
    case 'paused':
      return { next: { ...before, paused: true }, decision: { do: 'nothing' } };
    case 'resumed': {
      const { demand } = before;
      if (!before.paused || demand === undefined)
        return { next: { ...before, paused: false }, decision: { do: 'nothing' } };
      // Nobody waited for it before.
      return decide({ ...before, paused: false, latest: before.latest + 1, demand: { ...demand, at } }, at);
    }
    case 'opened':
      return {
        next: { ...before, running: before.running && { ...before.running, since: at } },
        decision: { do: 'nothing' },
      };
    case 'ended': {
      const { running } = before;
      if (running === undefined) return decide(before, at);
      const ended: Schedule = {
        ...before,
        settled: running.state,
        running: undefined,
        supersededInARow: 0,
        lastDuration: running.since === undefined ? before.lastDuration : at - running.since,
      };
      return decide(ended, at);
    }
  }
}

function join(before: Demand | undefined, { at, why, paths }: Demand): Demand {
  return { at: before?.at ?? at, why, paths: [...(before?.paths ?? []), ...paths] };
}

function decide(now: Schedule, at: number): Decided {
  const { latest, settled, running, demand, supersededInARow, lastDuration } = now;
  const wait = (why: Extract<Decision, { do: 'wait' }>['why']): Decided => ({
    next: now,
    decision: { do: 'wait', why },
  });
  if (demand === undefined || (running?.state ?? settled) >= latest) return { next: now, decision: { do: 'nothing' } };
  const begun: Schedule = { ...now, running: { state: latest, since: undefined }, demand: undefined };
  if (running === undefined) return { next: begun, decision: { do: 'build', state: latest, demand } };
  const supersede = { do: 'supersede', state: latest, demand } as const;
  if (running.since === undefined) return { next: begun, decision: { ...supersede, why: 'it had no container yet' } };
  if (supersededInARow >= mostInARow) return wait('two builds before gave way already');
  const elapsed = at - running.since;
  if (lastDuration !== undefined && elapsed > lastDuration / 2) return wait('the build before is more than half done');
  if (lastDuration !== undefined && lastDuration - elapsed < costOfThrowing)
    return wait('the build before is almost done');
  return {
    next: { ...begun, supersededInARow: supersededInARow + 1 },
    decision: { ...supersede, why: 'it had only begun' },
  };
}

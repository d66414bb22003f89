/**
 * Decides, for one application, when a state of the source is built. Pure: the session carries out what it says.
 *
 * One build runs, at most one state waits: the newest. A newer save supersedes a running assemble of an older state, but
 * not one that is past half of the last one's duration or all but done, nor after two in a row, so that something always
 * gets done.
 */
export interface Schedule {
  /** The newest state of the source; states are counted from 1. */
  readonly latest: number;
  /** The newest state that was built, whether it went well or not. */
  readonly settled: number;
  /** `since`: when its container was opened; undefined while it waits for one, and can make way at no cost. */
  readonly running: { readonly state: number; readonly since: number | undefined } | undefined;
  readonly supersededInARow: number;
  /** How long the last assemble that ran to its end took; milliseconds. */
  readonly lastDuration: number | undefined;
}

export type ScheduleEvent =
  | { readonly type: 'saved'; readonly at: number }
  /** The running state is in its container, and is assembled from now on. */
  | { readonly type: 'opened'; readonly at: number }
  /** The build of the running state has ended, well or not. */
  | { readonly type: 'ended'; readonly at: number }
  /** Build the newest state again although nothing was saved. */
  | { readonly type: 'again'; readonly at: number };

export type Decision =
  | { readonly do: 'build'; readonly state: number }
  /** Throw the running build away, and build this state instead. */
  | { readonly do: 'supersede'; readonly state: number }
  | {
      readonly do: 'nothing';
      readonly why:
        | 'up to date'
        | 'a build past its half goes on'
        | 'a build all but done goes on'
        | 'superseded often enough';
    };

const mostInARow = 2;
/** To throw a container away keeps the engine busy for as long as this (ENGINE.md, "Costs"); milliseconds. */
const costOfThrowing = 250;

export const idle: Schedule = {
  latest: 0,
  settled: 0,
  running: undefined,
  supersededInARow: 0,
  lastDuration: undefined,
};

export function schedule(
  before: Schedule,
  event: ScheduleEvent,
): { readonly next: Schedule; readonly decision: Decision } {
  const { at } = event;
  switch (event.type) {
    case 'saved':
    case 'again':
      return decide({ ...before, latest: before.latest + 1 }, at);
    case 'opened':
      return {
        next: { ...before, running: before.running && { ...before.running, since: at } },
        decision: { do: 'nothing', why: 'up to date' },
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

function decide(now: Schedule, at: number): { readonly next: Schedule; readonly decision: Decision } {
  const { latest, settled, running, supersededInARow, lastDuration } = now;
  if (running === undefined) {
    if (settled >= latest) return { next: now, decision: { do: 'nothing', why: 'up to date' } };
    return { next: { ...now, running: { state: latest, since: undefined } }, decision: { do: 'build', state: latest } };
  }
  if (running.state === latest) return { next: now, decision: { do: 'nothing', why: 'up to date' } };
  const waiting = { state: latest, since: undefined };
  if (running.since === undefined) {
    return { next: { ...now, running: waiting }, decision: { do: 'supersede', state: latest } };
  }
  if (supersededInARow >= mostInARow) return { next: now, decision: { do: 'nothing', why: 'superseded often enough' } };
  const elapsed = at - running.since;
  if (lastDuration !== undefined && elapsed > lastDuration / 2) {
    return { next: now, decision: { do: 'nothing', why: 'a build past its half goes on' } };
  }
  if (lastDuration !== undefined && lastDuration - elapsed < costOfThrowing) {
    return { next: now, decision: { do: 'nothing', why: 'a build all but done goes on' } };
  }
  return {
    next: { ...now, running: waiting, supersededInARow: supersededInARow + 1 },
    decision: { do: 'supersede', state: latest },
  };
}

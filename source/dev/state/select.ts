import { tellingLine } from '../logs/error-lines.ts';
import type { BuildState, DevState, Interruption, StepState } from './state.ts';

export function currentBuild(state: DevState): BuildState | undefined {
  return state.builds.at(-1);
}

export function findBuild(state: DevState, number: number | undefined): BuildState | undefined {
  return number === undefined ? undefined : state.builds.find((build) => build.number === number);
}

/** The steps that the Steps pane shows while no past build is opened. */
export function currentSteps(state: DevState): readonly StepState[] {
  const steps = currentBuild(state)?.steps ?? [];
  return state.waitingSteps.length > 0 && currentBuild(state)?.end !== 'running' ? state.waitingSteps : steps;
}

/** Whether something goes on that a clock should be seen to run for. */
export function isBusy(state: DevState): boolean {
  return currentSteps(state).some(({ status }) => status === 'running') || currentBuild(state)?.end === 'running';
}

/** A wait that lasts so long is told in the place of the step; milliseconds. */
const worthTelling = 1_000;

export type Mood = 'calm' | 'busy' | 'good' | 'bad';

export interface Status {
  readonly mood: Mood;
  readonly words: string;
  readonly url: string | undefined;
}

/**
 * The state of the application in words that need no colour (docs/dashboard.md).
 *
 * @param now for what counts; milliseconds since the epoch
 */
export function describeStatus(state: DevState, now?: number): Status {
  const { serving, exited, finished, interrupted } = state;
  const url = serving?.urls[0];
  const build = currentBuild(state);
  const paused = state.paused ? ' · watching paused' : '';
  if (interrupted !== undefined && typeof finished !== 'object')
    return { mood: 'bad', words: describeInterruption(interrupted, state), url };
  if (build?.end === 'failed') {
    const name = finished === 'failed' ? 'build' : `build ${build.number}`;
    const after = finished === 'failed' ? '' : ` — ${describeStill(state)}`;
    return { mood: 'bad', words: `${name} failed: ${build.failure?.message ?? ''}${after}${paused}`, url };
  }
  if (finished === 'built') return { mood: 'good', words: 'built', url: undefined };
  if (build?.end === 'running') return { mood: 'busy', words: describeBuilding(state, build, now) + paused, url };
  if (exited !== undefined) {
    const last = tellingLine(exited.lastLines);
    const words = `the application ended with exit code ${exited.exitCode}${last === undefined ? '' : ` · ${last.trim()}`}`;
    return { mood: 'bad', words: words + paused, url };
  }
  if (serving !== undefined) {
    const words = url === undefined ? 'running · no port is exposed (--port HOST:CONTAINER)' : 'serving';
    return { mood: 'good', words: words + paused + describeCorrection(state), url };
  }
  const step = state.waitingSteps.findLast(({ status }) => status === 'running');
  return { mood: 'busy', words: step === undefined ? 'starting' : `preparing: ${step.name}`, url };
}

function describeCorrection({ corrected }: DevState): string {
  if (corrected === undefined) return '';
  const { cycle, ms, why } = corrected;
  return ` · ${cycle} was served wrong for ${shortDuration(ms)}: ${why}`;
}

/** What is served while something else isn't as it should be. */
export function describeStill({ serving }: DevState): string {
  return serving === undefined ? 'nothing is served' : `still serving build ${serving.cycle}`;
}

/** The address says already that something is served; the words stay short then. */
function describeBuilding(state: DevState, build: BuildState, now: number | undefined): string {
  const step = build.steps.findLast(({ status }) => status === 'running');
  const wait = step && describeWait(step, now);
  if (wait !== undefined) return wait;
  const url = state.serving?.urls[0];
  if (state.serving !== undefined) return url === undefined ? `building — ${describeStill(state)}` : 'building';
  const between = build.steps.some(({ status }) => status === 'failed') ? 'ending after a failure' : 'starting';
  return `building: ${step?.name ?? between}`;
}

/** `waiting for 8080 · 3.9 of 60 s`; undefined: it hasn't lasted long enough to be told. */
function describeWait({ summary, limit }: StepState, now: number | undefined): string | undefined {
  if (limit === undefined || now === undefined || now - limit.since < worthTelling) return undefined;
  return `${summary} · ${((now - limit.since) / 1000).toFixed(1)} of ${limit.ms / 1000} s`;
}

function describeInterruption({ at, code, message, until }: Interruption, state: DevState): string {
  if (until === 'asked again') return `${message} — ${describeStill(state)}`;
  const what = code === 'engine-lost' ? 'the engine does not answer' : message;
  const still = state.serving === undefined ? 'is down' : 'goes on';
  return `${what} since ${clockTime(at)} · what was served ${still}`;
}

/** `14:02:31` */
export function clockTime(at: number): string {
  const date = new Date(at);
  const two = (part: number): string => String(part).padStart(2, '0');
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

/** Durations as the panes show them: `183 ms`, `3.4 s`, `2 m 05 s`. */
export function shortDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
}

import type { BuildState, DevState, StepState } from './state.ts';

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

export type Mood = 'calm' | 'busy' | 'good' | 'bad';

export interface Status {
  readonly mood: Mood;
  readonly words: string;
  readonly url: string | undefined;
}

/** The state of the application in words that need no colour (TUI.md). */
export function describeStatus(state: DevState): Status {
  const { serving, exited, finished } = state;
  const url = serving?.urls[0];
  const build = currentBuild(state);
  const still = serving === undefined ? 'nothing is served' : `still serving build ${serving.cycle}`;
  const paused = state.paused ? ' · watching paused' : '';
  if (build?.end === 'failed') {
    const name = finished === 'failed' ? 'build' : `build ${build.number}`;
    const after = finished === 'failed' ? '' : ` — ${still}`;
    return { mood: 'bad', words: `${name} failed: ${build.failure?.message ?? ''}${after}${paused}`, url };
  }
  if (finished === 'built') return { mood: 'good', words: 'built', url: undefined };
  if (build?.end === 'running') {
    const between = build.steps.some(({ status }) => status === 'failed') ? 'ending after a failure' : 'starting';
    const step = build.steps.findLast(({ status }) => status === 'running')?.name ?? between;
    // The address says already that something is served; the words stay short, so that nothing jumps with every save.
    const words = serving === undefined ? `building: ${step}` : `building${url === undefined ? ` — ${still}` : ''}`;
    return { mood: 'busy', words: words + paused, url };
  }
  if (exited !== undefined) {
    const words = `the application ended with exit code ${exited.exitCode} — nothing is served`;
    return { mood: 'bad', words: words + paused, url };
  }
  if (serving !== undefined) return { mood: 'good', words: `serving${paused}`, url };
  const step = state.waitingSteps.findLast(({ status }) => status === 'running');
  return { mood: 'busy', words: step === undefined ? 'starting' : `preparing: ${step.name}`, url };
}

/** Durations as the panes show them: `183 ms`, `3.4 s`, `2 m 05 s`. */
export function shortDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
}

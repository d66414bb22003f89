import type { BuildEvent } from '../../build/events.ts';
import type { DevEvent } from '../events.ts';
import type { BuildFailure, BuildState, DevState, StepState } from './state.ts';
import { changeStep, putStep } from './steps.ts';

/** Builds that are remembered. */
const historyLength = 200;

/** What an event makes of the state. Log text is no state: see `logs/`. */
export function reduce(state: DevState, event: DevEvent): DevState {
  switch (event.type) {
    case 'dev-started':
      return { ...state, source: event.source, builder: event.builder, tag: event.tag };
    case 'cycle-started':
      return startCycle(state, event);
    case 'cycle-waiting':
      return changeBuild(state, event.cycle, (build) => ({
        ...build,
        steps: putStep(build.steps, turnStep(event.at)),
      }));
    case 'cycle-superseded':
      return changeBuild(state, event.cycle, (build) => ({ ...build, end: 'superseded', ms: event.at - build.at }));
    case 'cycle-served':
      return {
        ...changeBuild(state, event.cycle, (build) => ({
          ...build,
          end: 'served',
          ms: event.ms,
          path: `${event.path}: ${event.why}`,
          steps: waitingForImage(state, event) ? putStep(build.steps, imageStep(event.at)) : build.steps,
        })),
        serving: { cycle: event.cycle, urls: event.urls },
        exited: undefined,
      };
    case 'cycle-failed': {
      const { serving, cycle, at, ...failure } = event;
      return {
        ...changeBuild(state, cycle, (build) => failed(build, failure, at - build.at)),
        serving: serving === null ? undefined : (state.serving ?? { cycle: serving, urls: [] }),
      };
    }
    case 'app-exited':
      return { ...state, serving: undefined, exited: { cycle: event.cycle, exitCode: event.exitCode } };
    case 'image-tagged':
      return {
        ...changeBuild(state, event.cycle, (build) => ({
          ...build,
          steps: changeStep(build.steps, 'commit', { status: 'ok', summary: event.tag, ms: event.ms }),
        })),
        image: { ...sameImage(state, event.imageId), imageId: event.imageId, cycle: event.cycle },
      };
    case 'artifacts-saved': {
      const { cycle, files, bytes, from, entries } = event;
      return { ...state, artifacts: { cycle, files, bytes, from, entries } };
    }
    case 'image-compared': {
      const { cycle, imageId, bytes, addedBytes, changes } = event;
      return { ...state, image: { cycle, imageId, bytes, addedBytes, changes } };
    }
    case 'watching':
      return { ...state, paused: event.paused };
    // The dashboard says so itself, and whoever asked for it knows.
    case 'dev-ending':
      return state;
    case 'dev-finished':
      return { ...state, serving: undefined, finished: event.summary };
    default:
      return reduceBuild(state, event);
  }
}

function reduceBuild(state: DevState, event: BuildEvent): DevState {
  switch (event.type) {
    case 'build-started': {
      const { source, builder, tag, at } = event;
      const why = 'asked for';
      const begun = startCycle(state, { type: 'cycle-started', at, cycle: 1, why, changes: [], changed: 0 });
      return { ...begun, source, builder, tag };
    }
    case 'step-started': {
      const step = { name: event.step, status: 'running', startedAt: event.at, summary: '' } as const;
      return changeSteps(state, (steps) => putStep(steps, step));
    }
    case 'step-finished': {
      const { ms, summary } = event;
      const change = { status: event.ok ? 'ok' : 'failed', ms, summary } as const;
      return changeSteps(state, (steps) => changeStep(steps, event.step, change));
    }
    case 'status':
      // Standbys say what they do in the name of a step that isn't under way.
      return changeSteps(state, (steps) =>
        steps.some(({ name, status }) => name === event.step && status === 'running')
          ? changeStep(steps, event.step, { summary: event.text })
          : steps,
      );
    case 'warning':
      return { ...state, lastWarning: event.message };
    case 'log':
      return state;
    case 'build-finished': {
      const { outcome, ms } = event;
      const number = state.builds.at(-1)?.number ?? 0;
      if (outcome.ok) {
        const { imageId, addedBytes } = outcome.result;
        const built = changeBuild(state, number, (build) => ({ ...build, end: 'built', ms }));
        return {
          ...built,
          image: { ...sameImage(state, imageId), cycle: number, imageId, addedBytes },
          finished: 'built',
        };
      }
      const { message, hint, lastLines } = outcome.error;
      const begun = number === 0 ? startCycle(state, { ...unasked, at: event.at - ms }) : state;
      return {
        ...changeBuild(begun, number || 1, (build) => failed(build, { message, hint, lastLines }, ms)),
        finished: 'failed',
      };
    }
  }
}

const unasked = { type: 'cycle-started', cycle: 1, why: 'asked for', changes: [], changed: 0 } as const;

function startCycle(state: DevState, event: DevEvent & { type: 'cycle-started' }): DevState {
  const { cycle, at, why, changes, changed } = event;
  const changedSource = { name: 'source', status: 'ok', startedAt: at, summary: `${changed} changed` } as const;
  const steps = changed > 0 ? putStep(state.waitingSteps, changedSource) : state.waitingSteps;
  const build: BuildState = { number: cycle, at, why, changes, changed, steps, end: 'running' };
  return { ...state, waitingSteps: [], builds: [...state.builds, build].slice(-historyLength) };
}

function changeBuild(state: DevState, number: number, change: (build: BuildState) => BuildState): DevState {
  return { ...state, builds: state.builds.map((build) => (build.number === number ? change(build) : build)) };
}

/** A step belongs to the build that is under way, else to the next one. */
function changeSteps(state: DevState, change: (steps: readonly StepState[]) => readonly StepState[]): DevState {
  const current = state.builds.at(-1);
  if (current?.end !== 'running') return { ...state, waitingSteps: change(state.waitingSteps) };
  return changeBuild(state, current.number, (build) => ({ ...build, steps: change(build.steps) }));
}

function failed(build: BuildState, failure: Omit<BuildFailure, 'step'>, ms: number): BuildState {
  const { message, hint, lastLines } = failure;
  const broken = build.steps.findLast(({ status }) => status === 'failed' || status === 'running');
  const steps = build.steps.map((step) => (step.status === 'running' ? { ...step, status: 'failed' as const } : step));
  return { ...build, end: 'failed', ms, steps, failure: { message, hint, lastLines, step: broken?.name } };
}

/** The image of a state that is served already is made when nothing is saved for a while. */
function waitingForImage(state: DevState, { path }: DevEvent & { type: 'cycle-served' }): boolean {
  return path === 'in place' && state.tag !== null;
}

function imageStep(at: number): StepState {
  return { name: 'commit', status: 'waiting', startedAt: at, summary: 'when it is quiet' };
}

function turnStep(at: number): StepState {
  return { name: 'assemble', status: 'waiting', startedAt: at, summary: 'for its turn' };
}

function sameImage({ image }: DevState, imageId: string): Partial<DevState['image']> {
  return image?.imageId === imageId ? image : {};
}

import type { BuildEvent, ChangedFile } from '../../build/events.ts';
import { formatProgress } from '../../terminal/units.ts';
import type { DevEvent } from '../events.ts';
import type { BuildFailure, BuildState, DevState, StepState } from './state.ts';
import { changeStep, imageStep, putStep, supersededSteps, turnStep, waitOf, withoutImage } from './steps.ts';

/** Builds that are remembered. */
const historyLength = 200;
/** Builds whose image's files are remembered. */
const imagesLength = 5;
/** Requests that are remembered. */
const requestsLength = 1_000;

/** What an event makes of the state. Log text is no state: see `logs/`. */
export function reduce(state: DevState, event: DevEvent): DevState {
  switch (event.type) {
    case 'dev-started':
      return { ...state, source: event.source, builder: event.builder, tag: event.tag, interrupted: undefined };
    case 'cycle-started':
      return startCycle(state, event);
    case 'cycle-waiting':
      return changeBuild(state, event.cycle, (build) => ({
        ...build,
        hadToWait: true,
        steps: putStep(build.steps, turnStep(event.at)),
      }));
    case 'cycle-superseded':
      return changeBuild(state, event.cycle, (build) => ({
        ...build,
        end: 'superseded',
        ms: event.at - build.at,
        steps: supersededSteps(build.steps, event.at),
      }));
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
        troubles: state.troubles + 1,
        serving: serving === null ? undefined : (state.serving ?? { cycle: serving, urls: [] }),
      };
    }
    case 'app-exited':
      return { ...state, serving: undefined, exited: exitOf(event), troubles: state.troubles + 1 };
    case 'dev-interrupted':
      return interrupt(state, event);
    case 'image-tagged':
      return {
        ...tagged(state, event),
        image: { ...sameImage(state, event.imageId), imageId: event.imageId, cycle: event.cycle },
      };
    case 'artifacts-saved': {
      const { cycle, files, bytes, from, entries } = event;
      return { ...state, artifacts: { cycle, files, bytes, from, entries } };
    }
    case 'image-compared': {
      const { cycle, imageId, bytes, addedBytes, changes } = event;
      return { ...rememberImage(state, cycle, changes), image: { cycle, imageId, bytes, addedBytes, changes } };
    }
    case 'request': {
      const { type: _, ...request } = event;
      return { ...state, requests: [...state.requests.slice(1 - requestsLength), request] };
    }
    case 'learned':
    case 'unlearned':
    case 'not-learned':
      return state;
    case 'corrected':
      return { ...state, corrected: { cycle: event.cycle, ms: event.ms, why: event.why } };
    case 'proven':
      return changeBuild(state, event.cycle, (build) => ({ ...build, path: `${build.path ?? ''} · proven` }));
    case 'watching':
      return { ...state, paused: event.paused };
    // The dashboard says so itself, and whoever asked for it knows.
    case 'save-waiting':
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
          ? changeStep(steps, event.step, waitOf(event))
          : steps,
      );
    case 'progress':
      return changeSteps(state, (steps) =>
        changeStep(steps, event.step, { summary: formatProgress(event.done, event.of, event.unit) }),
      );
    case 'warning':
      return { ...state, lastWarning: event.message };
    case 'log':
    case 'dockerfile-written':
    case 'planned':
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
        troubles: state.troubles + 1,
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
  const without = (older: BuildState): BuildState => {
    return { ...older, steps: withoutImage(older.steps, `${cycle} came before it`) };
  };
  const build: BuildState = { number: cycle, at, why, changes, changed, steps, end: 'running' };
  return {
    ...state,
    interrupted: undefined,
    corrected: undefined,
    waitingSteps: [],
    builds: [...state.builds.map(without), build].slice(-historyLength),
  };
}

function exitOf({ cycle, exitCode, lastLines }: DevEvent & { type: 'app-exited' }): DevState['exited'] {
  return { cycle, exitCode, lastLines };
}

function interrupt(state: DevState, event: DevEvent & { type: 'dev-interrupted' }): DevState {
  const { at, code, message, hint, until, serving } = event;
  const current = state.builds.at(-1);
  const ended =
    current?.end === 'running'
      ? changeBuild(state, current.number, (build) => failed(build, { message, hint, lastLines: [] }, at - build.at))
      : state;
  return {
    ...ended,
    troubles: state.troubles + 1,
    serving: serving === null ? undefined : state.serving,
    exited: undefined,
    finished: undefined,
    interrupted: { at, code, message, hint, until },
  };
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
  return path !== 'image first' && state.tag !== null;
}

/** The files of an image are many: only the last builds that have one keep them. */
function rememberImage(state: DevState, cycle: number, changes: readonly ChangedFile[]): DevState {
  const others = state.builds.filter(({ number, image }) => image !== undefined && number !== cycle);
  const kept = new Set(others.slice(1 - imagesLength).map(({ number }) => number));
  const builds = state.builds.map((build) => {
    if (build.number === cycle) return { ...build, image: changes };
    const { image, ...rest } = build;
    return image === undefined || kept.has(build.number) ? build : rest;
  });
  return { ...state, builds };
}

function sameImage({ image }: DevState, imageId: string): Partial<DevState['image']> {
  return image?.imageId === imageId ? image : {};
}

function tagged(state: DevState, { cycle, tag, ms }: DevEvent & { type: 'image-tagged' }): DevState {
  const builds = state.builds.map((build) => {
    if (build.number > cycle) return build;
    if (build.number < cycle) return { ...build, steps: withoutImage(build.steps, `${cycle} has the tag`) };
    return { ...build, steps: changeStep(build.steps, 'commit', { status: 'ok', summary: tag, ms }) };
  });
  return { ...state, builds };
}

import { type BuildEvent, type StepName, stepNames } from '../../build/events.ts';
import type { StepState } from './state.ts';

/** The steps with this one put in, where a person expects it. */
export function putStep(steps: readonly StepState[], step: StepState): readonly StepState[] {
  const others = steps.filter(({ name }) => name !== step.name);
  return [...others, step].toSorted((a, b) => stepNames.indexOf(a.name) - stepNames.indexOf(b.name));
}

export function changeStep(
  steps: readonly StepState[],
  name: StepName,
  change: Partial<StepState>,
): readonly StepState[] {
  const before = steps.find((step) => step.name === name) ?? { name, status: 'running', startedAt: 0, summary: '' };
  return putStep(steps, { ...before, ...change });
}

/** The image of a state that is served already. */
export function imageStep(at: number): StepState {
  return { name: 'commit', status: 'waiting', startedAt: at, summary: 'when it is quiet' };
}

export function turnStep(at: number): StepState {
  return { name: 'assemble', status: 'waiting', startedAt: at, summary: 'for its turn' };
}

/** What was under way, or was still to come, won't be. */
export function supersededSteps(steps: readonly StepState[], at: number): readonly StepState[] {
  return steps.map((step) => {
    if (step.status !== 'running' && step.status !== 'waiting') return step;
    return { ...step, status: 'skipped', summary: 'superseded', ms: at - step.startedAt };
  });
}

/** Of a build that was to have an image, and never will. */
export function withoutImage(steps: readonly StepState[], why: string): readonly StepState[] {
  const isOpen = steps.some(({ name, status }) => name === 'commit' && (status === 'waiting' || status === 'skipped'));
  return isOpen ? changeStep(steps, 'commit', { status: 'skipped', summary: why }) : steps;
}

export function waitOf({ text, limitMs, at }: BuildEvent & { type: 'status' }): Partial<StepState> {
  return { summary: text, ...(limitMs !== undefined && { limit: { since: at, ms: limitMs } }) };
}

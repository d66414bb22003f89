import { type StepName, stepNames } from '../../build/events.ts';
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

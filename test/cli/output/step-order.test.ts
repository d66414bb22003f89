import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BuildEvent, type StepName, stepNames } from '../../../source/build/events.ts';
import { createStepOrder } from '../../../source/cli/output/step-order.ts';

const started = (step: StepName): BuildEvent => ({ type: 'step-started', at: 0, step });
const ended = (step: StepName, ok = true): BuildEvent => ({
  type: 'step-finished',
  at: 0,
  step,
  ok,
  ms: 1,
  summary: '',
});

function endsInOrder(events: readonly BuildEvent[]): string[] {
  const order = createStepOrder();
  return events.flatMap(order).flatMap((event) => (event.type === 'step-finished' ? [event.step] : []));
}

describe('createStepOrder', () => {
  it('holds the end of a step back while an earlier one runs', () => {
    const order = createStepOrder();
    for (const step of ['source', 'builder'] as const) order(started(step));
    expect(order(ended('builder'))).toEqual([]);
    expect(order(ended('source'))).toEqual([ended('source'), ended('builder')]);
  });

  it('lets a failed step and all that is held out at once', () => {
    const order = createStepOrder();
    for (const step of ['source', 'builder', 'scripts'] as const) order(started(step));
    order(ended('builder'));
    expect(order(ended('scripts', false))).toEqual([ended('builder'), ended('scripts', false)]);
  });

  it('loses no step and shows them in their own order, whichever ends first', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...stepNames]), (ends) => {
        const sorted = stepNames.filter((step) => ends.includes(step));
        expect(endsInOrder([...ends.map(started), ...ends.map((step) => ended(step))])).toEqual(sorted);
      }),
    );
  });
});

import { type BuildEvent, type StepName, stepNames } from '../../build/events.ts';

/**
 * Puts the ends of steps that ran side by side into the order in which a person reads them: a step's end is held back
 * while an earlier step still runs. A failed step, and the end of the build, let out all that is held.
 */
export function createStepOrder(): (event: BuildEvent) => BuildEvent[] {
  const running = new Set<StepName>();
  let held: (BuildEvent & { type: 'step-finished' })[] = [];
  const release = (mayGo: (step: StepName) => boolean): BuildEvent[] => {
    const due = held
      .filter(({ step }) => mayGo(step))
      .sort((a, b) => stepNames.indexOf(a.step) - stepNames.indexOf(b.step));
    held = held.filter((event) => !due.includes(event));
    return due;
  };
  return (event) => {
    switch (event.type) {
      case 'step-started':
        running.add(event.step);
        return [event];
      case 'step-finished': {
        running.delete(event.step);
        held.push(event);
        if (!event.ok) return release(() => true);
        const earliest = Math.min(...[...running].map((step) => stepNames.indexOf(step)));
        return release((step) => stepNames.indexOf(step) < earliest);
      }
      case 'build-finished':
        return [...release(() => true), event];
      default:
        return [event];
    }
  };
}

import type { Facts } from './commands.ts';

/** Why a key can't do anything now; undefined: it can. */
export type WhyNot = (facts: Facts) => string | undefined;

/** All of these must hold; the first that doesn't is told. */
export function all(...checks: readonly WhyNot[]): WhyNot {
  return (facts) => {
    for (const check of checks) {
      const why = check(facts);
      if (why !== undefined) return why;
    }
    return undefined;
  };
}

export function unless(why: string, holds: (facts: Facts) => boolean): WhyNot {
  return (facts) => (holds(facts) ? undefined : why);
}

export const always: WhyNot = () => undefined;
export const uncovered = unless('close this first (esc)', ({ overlay }) => !overlay);
export const inApp = all(
  uncovered,
  unless('open an application first (enter)', ({ screen }) => screen === 'app'),
);
export const notEnding = unless('sti is ending', ({ ending }) => !ending);
export const inLogs = all(
  inApp,
  unless('this is for the logs (tab goes there)', ({ focus }) => focus === 'logs'),
);
export const inSteps = all(
  inApp,
  unless('this is for the builds in Steps (tab goes there)', ({ focus }) => focus === 'steps'),
);
export const inTree = all(
  inApp,
  unless('this is for the artifacts (tab goes there)', ({ focus }) => focus === 'artifacts'),
);
export const live: WhyNot = all(
  uncovered,
  notEnding,
  unless('the engine does not answer; what is saved is built when it is back', ({ away }) => !away),
  unless('there is no loop to be told: nothing is watched', (facts) => facts.live),
);
export const liveApp = all(inApp, live);

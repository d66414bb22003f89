/**
 * `count` moments within `span` milliseconds, spread over all of it and the same for the same seed, so that a fault at
 * one of them can be looked at again.
 */
export function seededMoments(seed: number, count: number, span: number): number[] {
  let state = seed;
  const random = () => {
    // Numerical Recipes' linear congruential generator: enough to not always hit the same instruction.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, (_, index) => Math.round(((index + random()) / count) * span));
}

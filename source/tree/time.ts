/** The latest time that every filesystem has. */
const latestMs = 2 ** 33 * 1000;

/**
 * A modification time as seconds since the epoch. One that no tar and not every filesystem has is brought to the nearest
 * that they do: Node.js takes a number below 0 for now.
 */
export function seconds(ms: number): number {
  return Math.min(Math.max(0, ms), latestMs) / 1000;
}

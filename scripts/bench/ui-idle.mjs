// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';
import { row } from './report.mjs';
import { openTerminal } from './ui-terminal.mjs';

/** Long enough that what V8 tidies up after the first version, some 80 ms in the first seconds, doesn't count for all. */
const seconds = 60;

/**
 * A session in which nobody saves anything.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function idle(world) {
  const source = world.makeSource('idle', { 'index.html': 'start' });
  const terminal = await openTerminal(world, source);
  await terminal.shows('serving');
  await terminal.quiet();
  const before = { time: terminal.processorTime(), ...terminal.written };
  await sleep(seconds * 1000, undefined, { signal: world.signal });
  const time = terminal.processorTime() - before.time;
  const bytes = terminal.written.bytes - before.bytes;
  await terminal.stop();
  return {
    title: `${seconds} s in which nothing happens`,
    rows: [
      row('processor time a second (10 ms are 1 % of a core)', [time / seconds], { atMost: 10 }),
      row('written to the terminal', [bytes], { unit: 'bytes', atMost: 0 }),
    ],
  };
}

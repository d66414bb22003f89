// @ts-check
import { interleave } from './measure.mjs';
import { runProgram } from './programs.mjs';
import { row } from './report.mjs';
import { openTerminal } from './ui-terminal.mjs';

/**
 * From the start of `sti dev` until its header is on the screen.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function firstFrame(world) {
  const source = world.makeSource('start', { 'index.html': 'start' });
  const { node = [], header = [] } = await interleave(
    {
      node: async () => {
        const { ms } = await runProgram(process.execPath, ['-e', '0'], {
          env: world.environment(),
          signal: world.signal,
        });
        return ms;
      },
      header: async () => {
        const terminal = await openTerminal(world, source);
        const ms = (await terminal.shows('sti dev')) - terminal.startedAt;
        await terminal.stop();
        return ms;
      },
    },
    world.runs,
    world.signal,
  );
  return {
    title: 'first frame of sti dev',
    rows: [
      row('until the header is on the screen', header, { over: ['node -e 0', node], atMost: 250 }),
      row('node -e 0', node),
    ],
  };
}

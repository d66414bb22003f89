// @ts-check
import { join } from 'node:path';
import { interleave } from './measure.mjs';
import { row } from './report.mjs';

/**
 * What the program needs before it does anything. The build has no engine, so it ends as soon as it has all it needs.
 *
 * @param {import('./world.mjs').World} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function startUp(world) {
  const build = ['build', world.source, world.builder.seed, '--url', `unix://${join(world.folder, 'no-engine.sock')}`];
  const {
    node = [],
    help = [],
    lost = [],
  } = await interleave(
    {
      node: async () => (await world.emptyNode()).ms,
      help: async () => (await world.sti(['--help'])).ms,
      lost: async () => (await world.sti(build, { exitCode: 10 })).ms,
    },
    world.runs,
    world.signal,
  );
  return {
    title: 'start-up, whole process',
    rows: [
      row('node -e 0', node),
      row('sti --help', help, { over: ['node -e 0', node], atMost: 40 }),
      row('sti build, no engine at its socket', lost, { over: ['node -e 0', node], atMost: 110 }),
    ],
  };
}

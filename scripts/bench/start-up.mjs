// @ts-check
import { interleave } from './measure.mjs';
import { eventsOf } from './phases.mjs';
import { row } from './report.mjs';

/**
 * What the program needs before it does anything. The build has no source, so it ends right after it has begun.
 *
 * @param {import('./world.mjs').World} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function startUp(world) {
  const {
    node = [],
    help = [],
    build = [],
  } = await interleave(
    {
      node: async () => ({ whole: (await world.emptyNode()).ms, begun: 0 }),
      help: async () => ({ whole: (await world.sti(['--help'])).ms, begun: 0 }),
      build: async () => {
        const missing = ['build', '/sti-bench-no-such-folder', world.builder.seed, '--progress', 'json'];
        const { ms, startedAt, stdout } = await world.sti(missing, { exitCode: 20 });
        const begun = eventsOf(stdout).find((event) => event.type === 'build-started');
        return { whole: ms, begun: (begun?.at ?? Number.NaN) - startedAt };
      },
    },
    world.runs,
    world.signal,
  );
  const empty = node.map(({ whole }) => whole);
  return {
    title: 'start-up',
    rows: [
      row('node -e 0', empty),
      row(
        'sti --help',
        help.map(({ whole }) => whole),
        { over: ['node -e 0', empty], atMost: 40 },
      ),
      row(
        'sti build, process start to build-started',
        build.map(({ begun }) => begun),
        { over: ['node -e 0', empty], atMost: 110 },
      ),
      row(
        'sti build without its source, whole process',
        build.map(({ whole }) => whole),
        { over: ['node -e 0', empty] },
      ),
    ],
  };
}

// @ts-check
import { interleave } from './measure.mjs';
import { rawBuild } from './raw.mjs';
import { row } from './report.mjs';

/**
 * A clean build of one file, start-up of the program included.
 *
 * @param {import('./world.mjs').World} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function trivial(world) {
  const { source, tag } = world;
  const image = world.builder.seed;
  /** @param {() => Promise<{ ms: number }>} build */
  const tidied = (build) => async () => {
    const { ms } = await build();
    await world.tidy();
    return ms;
  };
  const {
    sti = [],
    raw = [],
    s2i = [],
    node = [],
  } = await interleave(
    {
      sti: tidied(() => world.sti(['build', source, image, tag, '--clean'])),
      raw: tidied(() => rawBuild(world, image)),
      ...(world.s2i && { s2i: tidied(() => s2iBuild(world, image)) }),
      node: async () => (await world.emptyNode()).ms,
    },
    world.runs,
    world.signal,
  );
  return {
    title: 'clean build of one file, whole process',
    rows: [
      row('sti build', sti, { ratioTo: ['raw calls', raw], atMost: 1.15 }),
      row('raw calls: copy, create, start, wait, commit, remove', raw),
      ...(world.s2i ? [row('s2i build', s2i, { ratioTo: ['raw calls', raw] })] : []),
      row('node -e 0', node),
    ],
  };
}

/**
 * @param {import('./world.mjs').World} world
 * @param {string} image
 * @param {string[]} options
 */
export async function s2iBuild({ s2i, source, tag }, image, ...options) {
  if (s2i === undefined) throw new Error('S2I_BIN is not set');
  return s2i('build', source, image, tag, '--pull-policy', 'never', ...options);
}

// @ts-check
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { interleave } from './measure.mjs';
import { eventsOf } from './phases.mjs';
import { rawBuild } from './raw.mjs';
import { row } from './report.mjs';
import { s2iBuild } from './trivial.mjs';
import { artifacts } from './world.mjs';

/**
 * Builds that reuse many artifacts, in both protocols. Each begins with the same previous image; sti knows the images
 * from an earlier build but, except in the last row, hasn't asked this one for its artifacts.
 *
 * @param {import('./world.mjs').World} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function incremental(world) {
  const title = `incremental build, ${artifacts.files} files and ${artifacts.bytes / 1e6} MB of artifacts`;
  return { title, rows: [...(await withProtocol(world, 'seed')), ...(await withProtocol(world, 'stream'))] };
}

/**
 * @param {import('./world.mjs').World} world
 * @param {'seed' | 'stream'} protocol
 */
async function withProtocol(world, protocol) {
  const image = world.builder[protocol];
  const warm = join(world.folder, `${protocol}-warm`);
  const fresh = join(world.folder, `${protocol}-fresh`);
  await tidied(() => stiBuild(warm))();

  const {
    sti = [],
    raw = [],
    s2i = [],
    cached = [],
  } = await interleave(
    {
      sti: async () => {
        rmSync(fresh, { recursive: true, force: true });
        cpSync(join(warm, 'sti/images'), join(fresh, 'sti/images'), { recursive: true });
        return tidied(() => stiBuild(fresh))();
      },
      raw: tidied(() => rawBuild(world, image, protocol)),
      ...(world.s2i && { s2i: tidied(() => s2iBuild(world, image, '--incremental')) }),
      cached: tidied(() => stiBuild(warm)),
    },
    world.runs,
    world.signal,
  );
  return [
    row(`${protocol}: sti build`, sti, { ratioTo: ['raw calls', raw], atMost: 1.05 }),
    row(`${protocol}: raw calls: save container, then build container`, raw),
    ...(world.s2i ? [row(`${protocol}: s2i build --incremental`, s2i, { ratioTo: ['raw calls', raw] })] : []),
    row(`${protocol}: sti build, artifacts in its cache`, cached, { ratioTo: ['raw calls', raw] }),
  ];

  /** @param {string} cache */
  async function stiBuild(cache) {
    const run = await world.sti(['build', world.source, image, world.tag, '--progress', 'json'], { cache });
    const artifactsStep = eventsOf(run.stdout).find(
      (event) => event.type === 'step-finished' && event.step === 'artifacts',
    );
    if (!JSON.stringify(artifactsStep).includes('restored')) throw new Error('the build was not incremental');
    return run;
  }

  /** @param {() => Promise<{ ms: number }>} build */
  function tidied(build) {
    return async () => {
      const repo = world.tag.replace(/:latest$/, '');
      await world.api.call('POST', `/images/${world.previous[protocol]}/tag?repo=${repo}&tag=latest`);
      const { ms } = await build();
      await world.tidy();
      return ms;
    };
  }
}

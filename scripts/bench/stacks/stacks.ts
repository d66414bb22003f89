import type { Measure } from '../bench.ts';
import { s2iColumn } from '../builds.ts';
import { states } from '../dev.ts';
import { interleave, type Row, row, type Section } from '../report.ts';
import type { World } from '../world.ts';
import { type Case, change } from './case.ts';
import { dockerBuild, makeStack } from './images.ts';
import { type Sample, samples } from './samples.ts';
import { saveRows } from './saves.ts';

export const stacks: Readonly<Record<string, Measure>> = Object.fromEntries(
  Object.entries<Sample>(samples).map(([name, sample]) => [name, (world: World) => measure(world, name, sample)]),
);

async function measure(world: World, name: string, sample: Sample): Promise<Section> {
  const one = { ...(await makeStack(world, name, sample)), world, name, sample, next: states() };
  for (const folder of [one.app, one.context]) change(one, folder);
  const rows = [...(await buildRows(one)), ...(await saveRows(one))];
  const { packages } = sample;
  return {
    title: `${name}: the template's sample${packages ? `, with ${packages.about}` : ''}`,
    rows,
  };
}

/** Each build comes after a save, and is a process of its own. */
async function buildRows(one: Case): Promise<Row[]> {
  const { world, app, builder, sample } = one;
  const tag = (role: string) => `${world.name(role)}:latest`;
  const tags = { sti: tag('app'), docker: tag('docker'), s2i: tag('s2i') };
  const sti = async (...options: string[]) => {
    change(one, app);
    const build = () => world.sti(['build', app, builder, tags.sti, ...options]);
    return (await world.replacing(tags.sti, build)).ms;
  };
  const docker = async (noCache: boolean) => {
    change(one, one.context);
    return world.replacing(tags.docker, () => dockerBuild(world, one.context, tags.docker, { noCache }));
  };
  const s2i = (...options: string[]) =>
    Object.values(s2iColumn(world, app, builder, tags.s2i, ...options)).map((build) => async () => {
      change(one, app);
      return (await build()).ms;
    });
  const contestants: Record<string, () => Promise<number>> = {
    clean: () => sti('--clean'),
    incremental: () => sti(),
    dockerClean: () => docker(true),
    dockerCached: () => docker(false),
  };
  for (const build of s2i()) contestants['s2iClean'] = build;
  for (const build of s2i('--incremental')) contestants['s2iIncremental'] = build;
  const taken = await interleave(contestants, world);
  const { clean = [], incremental = [], dockerClean = [], dockerCached = [], s2iClean, s2iIncremental } = taken;
  // Where packages dominate, they have to be kept.
  const target = sample.packages && { atMost: 0.33 };
  return [
    row('sti build --clean', clean, { ratioTo: ['docker build', dockerClean] }),
    row('sti build after a save', incremental, { ratioTo: ['sti build --clean', clean], ...target }),
    row('docker build --no-cache', dockerClean),
    row('docker build after a save, the layers before it cached', dockerCached),
    ...(s2iClean ? [row('s2i build', s2iClean, { ratioTo: ['sti build --clean', clean] })] : []),
    ...(s2iIncremental ? [row('s2i build --incremental after a save', s2iIncremental)] : []),
  ];
}

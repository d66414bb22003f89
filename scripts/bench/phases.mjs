// @ts-check
import { interleave } from './measure.mjs';
import { rawBuild } from './raw.mjs';
import { row } from './report.mjs';

/**
 * Where the time of the trivial build goes: sti's by its own events, that of raw calls beside it. Steps overlap.
 *
 * @param {import('./world.mjs').World} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function phases(world) {
  const { source, tag } = world;
  const image = world.builder.seed;
  const { sti = [], raw = [] } = await interleave(
    {
      sti: async () => {
        const run = await world.sti(['build', source, image, tag, '--clean', '--progress', 'json']);
        await world.tidy();
        return phasesOf(run);
      },
      raw: async () => {
        const { laps } = await rawBuild(world, image);
        await world.tidy();
        return laps;
      },
    },
    world.runs,
    world.signal,
  );
  return { title: 'phases of the clean build', rows: [...rows('sti: ', sti), ...rows('raw: ', raw)] };
}

/**
 * @param {string} prefix
 * @param {readonly Record<string, number>[]} samples
 */
function rows(prefix, samples) {
  const names = Object.keys(samples[0] ?? {});
  return names.map((name) =>
    row(
      `${prefix}${name}`,
      samples.map((sample) => sample[name] ?? Number.NaN),
    ),
  );
}

/** @param {import('./programs.mjs').Ended} run */
function phasesOf({ stdout, startedAt, endedAt }) {
  const events = eventsOf(stdout);
  /** @param {string} type @param {string} [step] */
  const at = (type, step) =>
    events.find((event) => event.type === type && (step === undefined || event.step === step))?.at ?? Number.NaN;
  const steps = events.filter((event) => event.type === 'step-finished');
  return {
    'process start to build-started': at('build-started') - startedAt,
    'process start to the engine known': at('step-started', 'builder') - startedAt,
    ...Object.fromEntries(steps.map(({ step, ms }) => [`step ${step}`, ms])),
    'build-started to the start of assemble': at('step-started', 'assemble') - at('build-started'),
    'end of commit to build-finished': at('build-finished') - at('step-finished', 'commit'),
    'build-finished to the end of the process': endedAt - at('build-finished'),
  };
}

/**
 * @param {string} stdout of `--progress json`
 * @returns {{ type: string, at: number, step: string, ms: number }[]}
 */
export function eventsOf(stdout) {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

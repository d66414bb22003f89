import { writePrograms } from '../../test/support/write-files.ts';
import { type builders, realSource } from './builders.ts';
import { states } from './dev.ts';
import { wakeUntilAnswered } from './raw.ts';
import { interleave, row, type Section } from './report.ts';
import { startSession } from './session.ts';
import type { World } from './world.ts';

/** Saves of a file that is only copied, on a builder that takes a second to assemble: the way past that. */
export async function realBuilder(world: World): Promise<Section> {
  const few = await startReal(world, 'real');
  const many = await startReal(world, 'many');
  const quiet = async () => {
    await few.dev.quiet(1);
    await many.dev.quiet(1);
  };
  const taken = await interleave(
    {
      async few() {
        await quiet();
        return few.save();
      },
      async raw() {
        await quiet();
        return wakeUntilAnswered(world, few.tag, 'container-entrypoint');
      },
      async many() {
        await quiet();
        return many.save();
      },
    },
    world,
  );
  await few.dev.stop();
  await many.dev.stop();
  const stepMs = (step: string) =>
    few.dev.events
      .flatMap((one) => (one.type === 'step-finished' && one.step === step ? [one.ms] : []))
      .slice(-taken.few.length);
  return {
    title: 'a builder that takes a second, a file that is only copied (sync)',
    rows: [
      row('write to first answer', taken.few, { ratioTo: ['put and exec', taken.raw], atMost: 1.25 }),
      row('by its events: the files put', stepMs('sync')),
      row('by its events: start until ready', stepMs('run')),
      row('put and exec: in a waiting container of the image, until it answers', taken.raw),
      row('with 1,500 packages: write to first answer', taken.many, {
        ratioTo: ['with 15', taken.few],
        atMost: 1.1,
      }),
    ],
  };
}

/** Serving, and it has learned what is only copied. */
async function startReal(world: World, builder: keyof typeof builders) {
  const tag = `${world.name(builder)}:latest`;
  const dev = await startSession(world, builder, { builder, files: realSource, tag });
  const next = states();
  const save = async () => {
    const text = next();
    return dev.save(() => writePrograms(dev.source, { 'version.js': `module.exports = '${text}';\n` }), '/', text);
  };
  await dev.event('image-compared');
  await save();
  await dev.event('learned');
  return {
    tag,
    dev,
    async save() {
      const { ms, path } = await save();
      if (!path.startsWith('sync')) throw new Error(`served otherwise: ${path}`);
      return ms;
    },
  };
}

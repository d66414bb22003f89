import { realSource } from './builders.ts';
import { states } from './dev.ts';
import { wakeUntilAnswered } from './raw.ts';
import { interleave, row, type Section } from './report.ts';
import { startSession } from './session.ts';
import { type World, write } from './world.ts';

/** Saves of a file that is only copied, on a builder that takes a second to assemble: the way past that. */
export async function realBuilder(world: World): Promise<Section> {
  const tag = `${world.name('real')}:latest`;
  const dev = await startSession(world, 'real', { builder: 'real', files: realSource, tag });
  const next = states();
  const save = async () => {
    const text = next();
    const change = () => write(dev.source, { 'version.js': `module.exports = '${text}';\n` });
    return dev.save(change, '/', text);
  };
  await dev.event('image-compared');
  await save();
  await dev.event('learned');
  const { ms, raw } = await interleave(
    {
      async ms() {
        await dev.quiet(1);
        const saved = await save();
        if (!saved.path.startsWith('sync')) throw new Error(`served otherwise: ${saved.path}`);
        return saved.ms;
      },
      raw: () => wakeUntilAnswered(world, tag, 'container-entrypoint'),
    },
    world,
  );
  await dev.stop();
  const stepMs = (step: string) =>
    dev.events.flatMap((one) => (one.type === 'step-finished' && one.step === step ? [one.ms] : [])).slice(-ms.length);
  return {
    title: 'a builder that takes a second, a file that is only copied (sync)',
    rows: [
      row('write to first answer', ms, { ratioTo: ['put and exec', raw], atMost: 1.25 }),
      row('by its events: the files put', stepMs('sync')),
      row('by its events: start until ready', stepMs('run')),
      row('put and exec: in a waiting container of the image, until it answers', raw),
    ],
  };
}

import { writePrograms } from '../../test/support/write-files.ts';
import { type builders, realSource } from './builders.ts';
import { states } from './dev.ts';
import { copyUntilAnswered, layerBuild, runningWith, wakeUntilAnswered } from './raw.ts';
import { interleave, type Row, row, type Section } from './report.ts';
import { type SessionOptions, startSession } from './session.ts';
import type { World } from './world.ts';

/** What sti waits for further paths of a save of one file; milliseconds. */
const quietTime = 10;

/** Saves and builds on a builder as people use them, which takes a second to assemble. */
export async function realBuilder(world: World): Promise<Section> {
  return {
    title: 'a Node.js builder as people use them: its installer takes a second where all is there, else four',
    rows: [...(await saveRows(world)), ...(await buildRows(world))],
  };
}

async function saveRows(world: World): Promise<Row[]> {
  const few = await startReal(world, 'real');
  const many = await startReal(world, 'many');
  const reloaded = await startReal(world, 'real', { args: ['--reload'], breaks: true });
  const sessions = [few, many, reloaded];
  const copied = await runningWith(world, few.tag, ['DEV_MODE=true']);
  const next = states();
  const each = <Sample>(measure: () => Promise<Sample>) => {
    return async () => {
      for (const { dev } of sessions) await dev.quiet(1);
      return measure();
    };
  };
  const taken = await interleave(
    {
      few: each(() => few.save('sync')),
      raw: each(() => wakeUntilAnswered(world, few.tag, 'container-entrypoint')),
      many: each(() => many.save('sync')),
      reloaded: each(() => reloaded.save('reload')),
      copied: each(() => copyUntilAnswered(world, copied, '/opt/app-root/src/version.js', next())),
    },
    world,
  );
  const { manifest } = await interleave({ manifest: each(() => few.saveManifest()) }, world);
  for (const { dev } of sessions) await dev.stop();
  return [
    row('a file that is only copied, write to first answer', taken.few, {
      ...{ over: ['1.15 × put and exec', taken.raw.map((one) => one * 1.15)], atMost: quietTime },
    }),
    row('put and exec: in a waiting container of the image, until it answers', taken.raw),
    row('the same with 1,500 packages', taken.many, { ratioTo: ['with 15', taken.few], atMost: 1.1 }),
    row('reloaded, write to first answer', taken.reloaded, { ratioTo: ['docker cp', taken.copied], atMost: 1 }),
    row('docker cp into a container that reloads, until it answers', taken.copied),
    row(
      'package.json, which is never learned, write to first answer',
      manifest.map((saved) => saved.ms),
      {
        over: ['assemble, put and exec', manifest.map(({ assemble, ready }) => assemble + ready)],
        atMost: 80,
      },
    ),
  ];
}

async function buildRows(world: World): Promise<Row[]> {
  const source = world.source('real-build', realSource);
  const image = await world.builder('real');
  const tags = { sti: `${world.name('real')}:latest`, clean: `${world.name('clean')}:latest` };
  const raw = { tag: `${world.name('raw')}:latest`, previous: `${world.name('previous')}:latest` };
  await world.sti(['build', source, image, tags.sti]);
  await world.sti(['build', source, image, raw.previous]);
  const build = async (tag: string, ...options: string[]) =>
    (await world.replacing(tag, () => world.sti(['build', source, image, tag, ...options]))).ms;
  const taken = await interleave(
    {
      clean: () => build(tags.clean, '--clean'),
      incremental: () => build(tags.sti),
      raw: () => world.replacing(raw.tag, () => layerBuild(world, { files: realSource, image, ...raw })),
    },
    world,
  );
  return [
    row('sti build --clean', taken.clean),
    row('sti build, incremental', taken.incremental, { ratioTo: ['clean', taken.clean], atMost: 1 }),
    row('the same', taken.incremental, { ratioTo: ['raw calls', taken.raw], atMost: 1.1 }),
    row("raw calls: artifacts into the container's own layer", taken.raw),
  ];
}

/** Serving, and it has learned what is only copied. */
async function startReal(world: World, builder: keyof typeof builders, options: SessionOptions = {}) {
  const name = world.name(builder);
  const tag = `${name}:latest`;
  const dev = await startSession(world, name, { ...options, builder, files: realSource, tag });
  const next = states();
  const write = (text: string, files: Readonly<Record<string, string>> = {}) => {
    return () => writePrograms(dev.source, { 'version.js': `module.exports = '${text}';\n`, ...files });
  };
  const save = (files?: (text: string) => Readonly<Record<string, string>>) => {
    const text = next();
    return dev.save(write(text, files?.(text)), '/', text);
  };
  await dev.event('image-compared');
  await save();
  await dev.event('learned');
  return {
    tag,
    dev,
    async save(way: string) {
      const saved = await save();
      if (!saved.path.startsWith(way)) throw new Error(`served otherwise: ${saved.path}`);
      return saved.ms;
    },
    saveManifest: () => save((text) => ({ 'package.json': JSON.stringify({ description: text }) })),
  };
}

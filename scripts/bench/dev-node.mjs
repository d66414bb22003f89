// @ts-check
import { dependencies, nodeSource } from './dev-images.mjs';
import { runUntilAnswered, wakeUntilAnswered } from './dev-raw.mjs';
import { measureSave, ownWords } from './dev-save.mjs';
import { write } from './dev-world.mjs';
import { interleave } from './measure.mjs';
import { row } from './report.mjs';

const nothing = { ms: 0, assemble: 0, ready: 0, claimed: 0, path: '', restored: false };

/**
 * A Node.js application with its dependencies as artifacts, beside a clean build of it and a run of the image.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function nodeApp(world) {
  const image = world.builder.node;
  await world.makeNodeBuilder();
  const source = world.makeSource('node', nodeSource());
  const tag = world.tag('node');
  const dev = await world.dev(source, { image, tag });
  let state = 0;
  let cleanBuilds = 0;
  const {
    sti = [],
    clean = [],
    alone = [],
  } = await interleave(
    {
      sti: async () => {
        await dev.quiet();
        const first = dev.events.length;
        state += 1;
        const text = `state ${state}`;
        const save = () => write(source, { 'version.js': `module.exports = '${text}';\n` });
        const saved = await measureSave(world, dev, { path: '/', text, save });
        return { ...saved, restored: logOf(dev.events.slice(first)).includes('dependencies restored') };
      },
      clean: async () => {
        await dev.quiet();
        const started = performance.now();
        // Another tag each time, so that no image is left without one.
        cleanBuilds += 1;
        const cleanTag = world.tag(`node-clean-${cleanBuilds}`);
        await world.sti(['build', source, image, cleanTag, '--clean']);
        const ms = await runUntilAnswered(world, cleanTag, started);
        return { ...nothing, ms };
      },
      alone: async () => {
        await dev.quiet();
        return { ...nothing, ms: await wakeUntilAnswered(world, tag) };
      },
    },
    world.runs,
    world.signal,
  );
  await dev.stop();
  const all = sti.map(({ ms }) => ms);
  const assembles = sti.map(({ assemble }) => assemble);
  const cleans = clean.map(({ ms }) => ms);
  const starts = alone.map(({ ms }) => ms);
  return {
    title: `Node.js application, ${dependencies.files} files of dependencies (${sti[0]?.path})`,
    rows: [
      row('write to first answer', all, { over: ['assemble', assembles], atMost: 60 }),
      row('write to first answer', all, {
        over: ['assemble and the application alone', assembles.map((ms, index) => ms + (starts[index] ?? 0))],
      }),
      row('write to first answer', all, { ratioTo: ['build and run', cleans], atMost: 0.1 }),
      ...ownWords(sti),
      row('saves that found no artifacts', [sti.filter(({ restored }) => !restored).length], {
        unit: 'saves',
        atMost: 0,
      }),
      row('the application alone: from its first instruction until it answers', starts),
      row('sti build --clean, then docker run until it answers', cleans),
    ],
  };
}

/** @param {readonly import('./dev-session.mjs').DevEvent[]} events */
function logOf(events) {
  return events
    .filter(({ type, step }) => type === 'log' && step === 'assemble')
    .map(({ text }) => text)
    .join('');
}

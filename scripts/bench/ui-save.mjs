// @ts-check
import { openPage } from './dev-page.mjs';
import { write } from './dev-world.mjs';
import { interleave } from './measure.mjs';
import { row } from './report.mjs';
import { openTerminal } from './ui-terminal.mjs';

/**
 * @typedef {object} Saved
 * @property {number} ms from before the write to the first answer with the new content
 * @property {number} processor milliseconds that sti was on a processor in this time
 */

/**
 * The same saves with the dashboard and with lines, both on a terminal.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function savesOnScreen(world) {
  const shown = await openSaves(world, 'dashboard', []);
  const plain = await openSaves(world, 'plain', ['--progress', 'plain']);
  // What one does after a save must not fall into the other's.
  const save = (/** @type {() => Promise<Saved>} */ measure) => async () => {
    await shown.quiet();
    await plain.quiet();
    return measure();
  };
  const { dashboard = [], lines = [] } = await interleave(
    { lines: save(plain.save), dashboard: save(shown.save) },
    world.runs,
    world.signal,
  );
  await Promise.all([shown.stop(), plain.stop()]);
  const times = (/** @type {readonly Saved[]} */ saves) => saves.map(({ ms }) => ms);
  const processor = (/** @type {readonly Saved[]} */ saves) => saves.map((save) => save.processor);
  return {
    title: 'save to served, one file: write to first answer',
    rows: [
      row('with the dashboard', times(dashboard), { over: ['lines', times(lines)], atMost: 10 }),
      row('with --progress plain', times(lines)),
      row('processor time of sti in it, with the dashboard', processor(dashboard), {
        over: ['lines', processor(lines)],
      }),
      row('processor time of sti in it, with --progress plain', processor(lines)),
    ],
  };
}

/**
 * @param {import('./dev-world.mjs').DevWorld} world
 * @param {string} name
 * @param {readonly string[]} options
 */
async function openSaves(world, name, options) {
  const source = world.makeSource(name, { 'index.html': 'start' });
  const terminal = await openTerminal(world, source, options);
  const page = openPage({ host: '127.0.0.1', port: terminal.port });
  await terminal.shows('serv');
  let state = 0;
  return {
    quiet: terminal.quiet,
    async save() {
      state += 1;
      const text = `state ${state}`;
      const before = { at: performance.now(), processor: terminal.processorTime() };
      write(source, { 'index.html': text });
      const ms = (await page.until('/', text, world.signal)) - before.at;
      return { ms, processor: terminal.processorTime() - before.processor };
    },
    async stop() {
      page.close();
      await terminal.stop();
    },
  };
}

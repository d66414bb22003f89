// @ts-check
import { runUntilAnswered, startUntilReady } from './dev-raw.mjs';
import { write } from './dev-world.mjs';
import { interleave } from './measure.mjs';
import { row } from './report.mjs';

/**
 * One save: `ms` from before the write to the first answer with the new content.
 *
 * @typedef {object} Save
 * @property {number} ms
 * @property {number} assemble assemble's own time, by sti's event
 * @property {number} ready from assemble's end until the application took connections, by sti's event
 * @property {number} claimed from the first event of the save until it was served, as sti counts it
 * @property {string} path how the application got to run
 */

/** @type {Save} */
const nothing = { ms: 0, assemble: 0, ready: 0, claimed: 0, path: '' };

/**
 * @param {import('./dev-world.mjs').DevWorld} world
 * @param {import('./dev-session.mjs').Dev} dev
 * @param {object} change
 * @param {() => void} change.save
 * @param {string} change.path of the page
 * @param {string} change.text that only the new state has there
 * @param {(body: string) => void} [change.onAnswer]
 * @returns {Promise<Save>}
 */
export async function measureSave({ signal }, dev, { save, path, text, onAnswer }) {
  const first = dev.events.length;
  const started = performance.now();
  save();
  // What is asked for before assemble has ended can't be answered with the new state, and would take its processor time.
  if (onAnswer === undefined)
    await dev.finished('assemble', dev.events.indexOf(await dev.event('cycle-started', first)));
  const ms = (await dev.page.until(path, text, signal, onAnswer)) - started;
  const served = await dev.event('cycle-served', first);
  const steps = dev.events.slice(first, dev.events.indexOf(served)).filter(({ type }) => type === 'step-finished');
  const last = (/** @type {string} */ name) => steps.findLast(({ step }) => step === name)?.ms ?? Number.NaN;
  return { ms, assemble: last('assemble'), ready: last('run'), claimed: served.ms, path: served.path };
}

/**
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export function saves(world) {
  return saveToServed(world, 'save', undefined, 35);
}

/**
 * The same without bind mounts.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export function userSaves(world) {
  return saveToServed(world, 'user', world.ordinaryUser, 50);
}

/**
 * @param {import('./dev-world.mjs').DevWorld} world
 * @param {string} name
 * @param {{ uid: number, gid: number } | undefined} user
 * @param {number} mostOver milliseconds over assemble
 */
async function saveToServed(world, name, user, mostOver) {
  const source = world.makeSource(name, { 'index.html': 'start' });
  const tag = world.tag(name);
  const dev = await world.dev(source, { tag, user });
  let state = 0;
  const { sti = [], run = [] } = await interleave(
    {
      sti: async () => {
        await dev.quiet();
        state += 1;
        const text = `state ${state}`;
        return measureSave(world, dev, { path: '/', text, save: () => write(source, { 'index.html': text }) });
      },
      run: async () => {
        await dev.quiet();
        return { ...nothing, ms: await runUntilAnswered(world, tag) };
      },
    },
    world.runs,
    world.signal,
  );
  await dev.stop();
  const all = sti.map(({ ms }) => ms);
  return {
    title: `save to served, one file, standby ready${user ? ', as a user without bind mounts' : ''} (${sti[0]?.path})`,
    rows: [
      row('write to first answer', all, { ratioTo: ['docker run', run.map(({ ms }) => ms)], atMost: 0.12 }),
      row('write to first answer', all, { over: ['assemble', sti.map((save) => save.assemble)], atMost: mostOver }),
      ...ownWords(sti),
      row(
        'docker run: create and start until it answers',
        run.map(({ ms }) => ms),
      ),
    ],
  };
}

/** @param {readonly Save[]} saved */
export function ownWords(saved) {
  return [
    row(
      'by its events: save to served',
      saved.map(({ claimed }) => claimed),
    ),
    row(
      'by its events: assemble',
      saved.map(({ assemble }) => assemble),
    ),
    row(
      'by its events: start until ready',
      saved.map(({ ready }) => ready),
    ),
  ];
}

/**
 * A save that comes when no standby is left: while the one before is being built, and right after that is served.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function secondSaves(world) {
  const source = world.makeSource('second', { 'index.html': 'start' });
  const dev = await world.dev(source, { standbys: 1 });
  let state = 0;
  /** @param {string} afterEvent */
  const second = async (afterEvent) => {
    await dev.quiet();
    const first = dev.events.length;
    write(source, { 'index.html': `first ${state}` });
    await dev.event(afterEvent, first);
    state += 1;
    const text = `second ${state}`;
    const { ms } = await measureSave(world, dev, {
      path: '/',
      text,
      save: () => write(source, { 'index.html': text }),
    });
    return ms;
  };
  const {
    during = [],
    after = [],
    raw = [],
  } = await interleave(
    {
      during: () => second('cycle-started'),
      after: () => second('cycle-served'),
      raw: async () => {
        await dev.quiet();
        return startUntilReady(world, world.builder.site);
      },
    },
    world.runs,
    world.signal,
  );
  await dev.stop();
  return {
    title: 'second save, no standby ready, write to first answer',
    rows: [
      row('while the first is being built', during, { ratioTo: ['container start', raw], atMost: 1.2 }),
      row('when the first has just been served', after, { ratioTo: ['container start', raw], atMost: 1.2 }),
      row('container start: create and start until it speaks', raw),
    ],
  };
}

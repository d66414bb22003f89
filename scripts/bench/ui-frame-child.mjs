// @ts-check
// Draws frames of the real dashboard on a terminal that only counts, and prints how long each took, as JSON.

import { PassThrough, Writable } from 'node:stream';
import { mock } from 'node:test';

const [dashboardFile = '', storeFile = '', ...counts] = process.argv.slice(2);
/** @type {typeof import('../../components/mount.tsx')} */
const { mount } = await import(dashboardFile);
/** @type {typeof import('../../source/dev/state/store.ts') & typeof import('../../source/cli/terminal-text.ts')} */
const { createDevStore, createTerminalFilter } = await import(storeFile);

const logBytes = 256 * 1024 * 1024;
const framesOfCase = 200;
const linesOfFrame = 10;
/** Longer than the store and the dashboard ever wait. */
const allWaits = 50;

// The waits are all timers: they pass at once.
mock.timers.enable({ apis: ['setTimeout'] });

const at = Date.now();
/** @type {import('../../source/dev/events.ts').DevEvent[]} */
const served = [
  { type: 'dev-started', at, source: '/home/me/app', builder: 'nodejs-20:latest', tag: 'my-app:latest' },
  { type: 'cycle-started', at, cycle: 1, why: 'start', changes: [], changed: 0 },
  ...['source', 'builder', 'scripts', 'artifacts', 'assemble', 'run'].flatMap(finishedStep),
  { type: 'cycle-served', at, cycle: 1, ms: 900, path: 'in place', why: 'as usual', urls: ['http://localhost:8080'] },
  { type: 'image-tagged', at, cycle: 1, tag: 'my-app:latest', imageId: 'sha256:9ab3f00d1234ffff', ms: 110 },
];

/** Each begins where the one before ended. */
const cases = {
  'following the end': '',
  'scrolled back, the application alone': `2${'\x1b[5~'.repeat(3)}`,
  'with a search': '0f/style\r',
};

const screens = counts.map((count) => openScreen(Number(count)));
/** @type {Record<string, number[][]>} */
const samples = {};
for (const [name, keys] of Object.entries(cases)) {
  for (const screen of screens) await screen.press(keys);
  const taken = screens.map(() => /** @type {number[]} */ ([]));
  for (let frame = 0; frame < framesOfCase; frame += 1) {
    for (const [index, screen] of screens.entries()) taken[index]?.push(await screen.frame());
  }
  samples[name] = taken;
}
for (const screen of screens) screen.close();
process.stdout.write(JSON.stringify(samples), () => process.exit());

/** @param {number} count of lines in the log */
function openScreen(count) {
  let bytes = 0;
  /** When the terminal was first written to since this was reset. */
  let writtenAt = 0;
  const stdout = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        bytes += chunk.length;
        writtenAt ||= performance.now();
        done();
      },
    }),
    { isTTY: true, columns: 100, rows: 40 },
  );
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {}, ref() {}, unref() {} });
  const store = createDevStore({ clean: () => createTerminalFilter(true), bytes: logBytes });
  for (const event of served) store.dispatch(event);
  let number = 0;
  for (; number < count; number += linesOfFrame) {
    // Builds happen between requests.
    store.dispatch(linesFrom(number, number % 500 === 0 ? 'assemble' : 'run'));
  }
  if (store.log.end - store.log.first < count) throw new Error('the log has forgotten lines');
  const dashboard = mount({
    stdin: /** @type {NodeJS.ReadStream} */ (/** @type {unknown} */ (stdin)),
    stdout: /** @type {NodeJS.WriteStream} */ (/** @type {unknown} */ (stdout)),
    title: 'sti dev',
    apps: [{ name: 'app', store, controls: () => undefined }],
    look: { depth: 8, unicode: true },
    actions: { openUrl: async () => '', saveLog: async () => '', shell() {}, suspend() {}, quit() {} },
  });
  const passWaits = () => {
    // The store's, then the dashboard's.
    for (let wait = 0; wait < 2; wait += 1) mock.timers.tick(allWaits);
  };
  return {
    /** Milliseconds from an event until it's on the screen. */
    async frame() {
      const before = bytes;
      number += linesOfFrame;
      const event = linesFrom(number, 'run');
      writtenAt = 0;
      const started = performance.now();
      store.dispatch(event);
      passWaits();
      await rest();
      if (bytes === before) throw new Error('nothing was drawn');
      return writtenAt - started;
    },
    /** @param {string} keys */
    async press(keys) {
      stdin.write(keys);
      // A search goes on beside the frames.
      for (let still = 0; still < 10; ) {
        const before = bytes;
        await rest();
        passWaits();
        still = bytes === before ? still + 1 : 0;
      }
    },
    close: dashboard.close,
  };
}

/** What React and a search do between two frames. */
async function rest() {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * @param {number} number of the first line
 * @param {'assemble' | 'run'} step
 * @returns {import('../../source/dev/events.ts').DevEvent}
 */
function linesFrom(number, step) {
  const lines = Array.from(
    { length: linesOfFrame },
    (_none, index) => `\x1b[32mGET\x1b[0m /assets/style-${number + index}.css \x1b[1m200\x1b[0m in 1 ms, 4096 bytes\n`,
  );
  return { type: 'log', at: Date.now(), step, stream: 'stdout', text: lines.join('') };
}

/**
 * @param {string} name
 * @returns {import('../../source/dev/events.ts').DevEvent[]}
 */
function finishedStep(name) {
  const step = /** @type {import('../../source/build/events.ts').StepName} */ (name);
  return [
    { type: 'step-started', at, step },
    { type: 'step-finished', at, step, ok: true, ms: 12, summary: 'as it should be' },
  ];
}

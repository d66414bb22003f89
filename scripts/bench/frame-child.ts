// Draws frames of the real dashboard on a terminal that only counts, and prints how long each took, as JSON.

import { PassThrough, Writable } from 'node:stream';
import { mock } from 'node:test';
import { mount } from '../../components/mount.tsx';
import type { DevEvent } from '../../source/dev/events.ts';
import { createDevStore } from '../../source/dev/state/store.ts';
import { serving } from '../../test/support/sample-app.ts';

const [logBytes, framesOfCase, linesOfFrame] = [256 * 1024 * 1024, 200, 10];

// The waits of the store and the dashboard are all timers: they pass at once.
mock.timers.enable({ apis: ['setTimeout'] });

/** Each begins where the one before ended. */
const cases = {
  'following the end': '',
  'scrolled back, the application alone': `2${'\x1b[5~'.repeat(3)}`,
  'with a search': '0f/style\r',
};

const [columns = 100, rows = 40, ...counts] = process.argv.slice(2).map(Number);
const screens = counts.map(openScreen);
const samples: Record<string, number[][]> = {};
for (const [name, keys] of Object.entries(cases)) {
  for (const screen of screens) await screen.press(keys);
  const taken = screens.map((): number[] => []);
  for (let frame = 0; frame < framesOfCase; frame += 1) {
    for (const [index, screen] of screens.entries()) taken[index]?.push(await screen.frame());
  }
  samples[name] = taken;
}
process.stdout.write(JSON.stringify(samples), () => process.exit());

/** @param count of lines in the log */
function openScreen(count: number) {
  let bytes = 0;
  /** When the terminal was first written to since this was reset. */
  let writtenAt = 0;
  const stdout: NodeJS.WriteStream = Object.assign(
    Object.create(
      new Writable({
        write(chunk, _encoding, done) {
          bytes += chunk.length;
          writtenAt ||= performance.now();
          done();
        },
      }),
    ),
    { isTTY: true, columns, rows },
  );
  const keyboard = new PassThrough();
  const stdin: NodeJS.ReadStream = Object.assign(Object.create(keyboard), {
    isTTY: true,
    setRawMode() {},
    ref() {},
    unref() {},
  });
  const store = createDevStore({ bytes: logBytes });
  for (const event of serving) store.dispatch(event);
  let number = 0;
  // Builds happen between requests.
  for (; number < count; number += linesOfFrame)
    store.dispatch(linesFrom(number, number % 500 === 0 ? 'assemble' : 'run'));
  if (store.log.end - store.log.first < count) throw new Error('the log has forgotten lines');
  mount({
    stdin,
    stdout,
    title: 'sti dev',
    apps: [{ name: 'app', store, folder: () => '/', fileHere: () => undefined, controls: () => undefined }],
    look: { depth: 8, unicode: true },
    actions: {
      openUrl: async () => '',
      saveLog: async () => '',
      sendAgain: async () => '',
      shell() {},
      copy() {},
      edit() {},
      mouse() {},
      suspend() {},
      quit() {},
    },
  });
  // Longer than both ever wait: the store's wait, then the dashboard's.
  const passWaits = () => {
    for (let wait = 0; wait < 2; wait += 1) mock.timers.tick(50);
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
    async press(keys: string) {
      keyboard.write(keys);
      // A search goes on beside the frames.
      for (let still = 0; still < 10; ) {
        const before = bytes;
        await rest();
        passWaits();
        still = bytes === before ? still + 1 : 0;
      }
    },
  };
}

/** What React and a search do between two frames. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function linesFrom(first: number, step: 'assemble' | 'run'): DevEvent {
  const lines = Array.from(
    { length: linesOfFrame },
    // Like lines would be folded, and then there would be more rows of a longer log than of a short one.
    (_, index) =>
      `\x1b[32m${index % 2 === 0 ? 'GET' : 'HEAD'}\x1b[0m /assets/style-${first + index}.css \x1b[1m200\x1b[0m in 1 ms, 4096 bytes`,
  );
  return { type: 'log', at: Date.now(), step, stream: 'stdout', text: `${lines.join('\n')}\n`, lines, open: '' };
}

// @ts-check
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appPort } from './dev-images.mjs';
import { ask } from './dev-page.mjs';
import { median } from './measure.mjs';
import { row } from './report.mjs';
import { openTerminal } from './ui-terminal.mjs';

const linesASecond = 100_000;
/** Several times what the ring holds. */
const lines = 2_000_000;
/** On a machine that prints slower. */
const mostSeconds = 40;
/** Megabytes: what `--log-memory` is by default, and what V8 lets short-lived things take before it tidies up (3 × 16). */
const ring = 32;
const shortLived = 48;

/** For a pause of a fortieth of a second, with what a busy machine needs to begin a round. */
const linesOfRound = 4_000;

/** A site that begins to print when it's asked to. */
const files = {
  'index.html': 'start',
  'cgi-bin/flood': '#!/bin/sh\n: >/www/flood\nprintf "Content-Type: text/plain\\r\\n\\r\\nhere it comes"\n',
  '.sti/bin/run': `#!/bin/sh
trap 'exit 0' TERM
httpd -f -p ${appPort} -h /www &
until [ -e /www/flood ]; do sleep 0.1; done
from=1
while :; do
  sleep 0.025 &
  pace=$!
  seq $from $((from + ${linesOfRound - 1})) | sed 's/.*/line & GET style.css 200 in 1 ms, 4096 bytes/'
  from=$((from + ${linesOfRound}))
  wait $pace
done
`,
};

/** Keys, and what their answer alone has on the screen. */
const keys = /** @type {const} */ ([
  ['?', ' Keys '],
  ['?', ' Artifacts '],
  ['1', 'Logs · assemble '],
  ['0', 'Logs · all '],
]);

/**
 * An application that prints 100,000 lines a second.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function flood(world) {
  const source = world.makeSource('flood', files);
  chmodSync(join(source, 'cgi-bin/flood'), 0o755);
  const terminal = await openTerminal(world, source);
  await terminal.shows('serving');
  await terminal.quiet();
  const base = terminal.memory();
  const { body } = await ask({ host: '127.0.0.1', port: terminal.port }, '/cgi-bin/flood', undefined);
  if (!body.includes('here it comes')) throw new Error(`the application prints nothing: ${body}`);

  /** @type {{ line: number, frames: number, processor: number, memory: number }[]} */
  const looks = [];
  const first = await numberOnScreen(terminal, world.signal);
  let last = first;
  while (last.number < lines && looks.length < mostSeconds) {
    const before = { at: performance.now(), frames: terminal.written.frames, time: terminal.processorTime() };
    await sleep(1000, undefined, { signal: world.signal });
    const length = (performance.now() - before.at) / 1000;
    last = await numberOnScreen(terminal, world.signal);
    looks.push({
      line: last.number,
      frames: (terminal.written.frames - before.frames) / length,
      processor: (terminal.processorTime() - before.time) / length,
      memory: terminal.memory() - base,
    });
  }
  const answers = [];
  for (let press = 0; press < world.runs * 2; press += 1) {
    const [key, answer] = keys[press % keys.length] ?? keys[0];
    answers.push(await terminal.press(key, answer));
    await sleep(50 + (press % 7) * 20, undefined, { signal: world.signal });
  }
  await terminal.stop();
  const series = (/** @type {'frames' | 'processor' | 'memory'} */ name) => looks.map((look) => look[name]);
  const half = looks.findIndex(({ line }) => line > last.number / 2);
  const [early, late] = [series('memory').slice(half, half + 3), series('memory').slice(-3)];
  return {
    title: `an application that prints ${linesASecond} lines or more a second, ${looks.length} s`,
    rows: [
      row('lines a second that came to the screen', [(last.number - first.number) / ((last.at - first.at) / 1000)], {
        unit: 'lines',
      }),
      row('frames a second', series('frames'), { unit: 'frames', atMost: 30 }),
      row('frames in the busiest second', [Math.max(...series('frames'))], { unit: 'frames' }),
      row('a key until its answer is on the screen', answers, { atMost: 100 }),
      row('the slowest of them', [Math.max(...answers)], { atMost: 100 }),
      row('memory (RSS) before, at rest', [base], { unit: 'MB' }),
      row('most memory over that', [Math.max(...series('memory'))], { unit: 'MB', atMost: ring + shortLived }),
      row('growth in the second half, the ring long full', [median(late) - median(early)], {
        unit: 'MB',
        atMost: 5,
      }),
      row('processor time of sti a second', series('processor')),
    ],
  };
}

/**
 * The number of the newest line, and when it was there.
 *
 * @param {import('./ui-terminal.mjs').DevTerminal} terminal
 * @param {AbortSignal} signal
 */
async function numberOnScreen(terminal, signal) {
  for (;;) {
    const numbers = [...terminal.recent().matchAll(/line (\d+) /g)].map(([, number]) => Number(number));
    if (numbers.length > 0) return { number: Math.max(...numbers), at: performance.now() };
    await sleep(10, undefined, { signal });
  }
}

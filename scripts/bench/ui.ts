import { setTimeout as sleep } from 'node:timers/promises';
import { ask, openPage } from '../../test/support/page.ts';
import { freePort } from '../../test/support/ports.ts';
import { openTerminal } from '../../test/support/terminal.ts';
import { writePrograms } from '../../test/support/write-files.ts';
import { compile } from '../typescript.mjs';
import { appPort } from './builders.ts';
import { memoryOf, processorTime, runProgram } from './programs.ts';
import { interleave, median, type Row, row, type Section } from './report.ts';
import type { World } from './world.ts';

/** How the dashboard begins each frame (DEC 2026). */
const frameBegin = '\x1b[?2026h';
const patience = 60_000;
const standbys = 2;

/** `sti dev` on a terminal of its own: what it writes there, what it costs, and its keys. */
async function openDev(world: World, source: string, ...options: readonly string[]) {
  const { api, signal } = world;
  const port = await freePort();
  const args = ['dev', source, await world.builder('site'), '--port', `${port}:${appPort}`];
  const command = [...world.program, ...args, '--standbys', String(standbys), ...options];
  const startedAt = performance.now();
  const terminal = openTerminal(command, { env: world.environment(), rows: 40 });
  world.defer(terminal.stop);
  const { pid } = terminal;
  const written = { bytes: 0, frames: 0, lastAt: startedAt };
  /** What came last: the tail of it may hold the beginning of what comes next. */
  let recent = '';
  terminal.onData((data) => {
    written.lastAt = performance.now();
    written.bytes += Buffer.byteLength(data);
    written.frames += (recent.slice(1 - frameBegin.length) + data).split(frameBegin).length - 1;
    recent = (recent + data).slice(-100_000);
  });
  async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
    for (const deadline = performance.now() + patience; !(await isSo()); await sleep(1)) {
      signal.throwIfAborted();
      if (terminal.isOver() || performance.now() > deadline) throw new Error(`${terminal.text()}\nsti dev: no ${what}`);
    }
  }
  /** The moment when this has come on the screen, by `performance.now()`. */
  const shows = async (text: string) => {
    await until(() => recent.includes(text), text);
    return written.lastAt;
  };
  return {
    port,
    startedAt,
    written,
    shows,
    recent: () => recent,
    /** Milliseconds until the text that answers a key has come on the screen. */
    async press(key: string, answer: string) {
      recent = '';
      const pressed = performance.now();
      terminal.type(key);
      return (await shows(answer)) - pressed;
    },
    /** Waits until nothing is left to be done for the last save, and nothing moves on the screen. */
    quiet: () =>
      until(async () => {
        const [time, bytes] = [processorTime(pid), written.bytes];
        await sleep(150);
        const filters = encodeURIComponent(JSON.stringify({ name: [`^/?sti-[0-9a-f]+-${pid}-`] }));
        const containers = await api.json<unknown[]>('GET', `/containers/json?all=1&filters=${filters}`, { signal });
        return processorTime(pid) - time <= 20 && written.bytes === bytes && containers.length === standbys + 1;
      }, 'rest'),
    processorTime: () => processorTime(pid),
    memory: () => memoryOf(pid, 'VmRSS'),
    stop: terminal.stop,
  };
}

/** From an event until the terminal has been written to, without the wait that keeps frames apart. */
export async function frames({ environment, signal, defer }: World): Promise<Section> {
  const [few, many] = [100, 1_000_000];
  const child = await compile('scripts/bench/frame-child.ts', defer);
  const env = { ...environment(), NODE_ENV: 'production' };
  const rows: Row[] = [];
  for (const [columns, lines, atMost] of [
    [100, 40, 12],
    [200, 60, 20],
  ] as const) {
    const args = [columns, lines, few, many].map(String);
    const { stdout } = await runProgram([process.execPath, '--no-warnings', child, ...args], { env, signal });
    const samples: Record<string, [number[], number[]]> = JSON.parse(stdout);
    for (const [name, [short, long]] of Object.entries(samples)) {
      const where = `${columns}×${lines}, ${name}`;
      rows.push(
        row(`${where}, ${few}`, short, { atMost }),
        row(`${where}, ${many}`, long, { atMost }),
        row(`${where}, ${many}`, long, { ratioTo: [String(few), short], atMost: 1.2 }),
      );
    }
  }
  return { title: `one frame, event to bytes written (${few} lines in the log, ${many} lines)`, rows };
}

/** From the start of `sti dev` until its header is on the screen. */
export async function firstFrame(world: World): Promise<Section> {
  const source = world.source('start', { 'index.html': 'start' });
  const { node, header } = await interleave(
    {
      node: async () => (await world.emptyNode()).ms,
      header: async () => {
        const dev = await openDev(world, source);
        const ms = (await dev.shows('sti dev')) - dev.startedAt;
        await dev.stop();
        return ms;
      },
    },
    world,
  );
  return {
    title: 'first frame of sti dev',
    rows: [
      row('until the header is on the screen', header, { over: ['node -e 0', node], atMost: 250 }),
      row('node -e 0', node),
    ],
  };
}

export async function idle(world: World): Promise<Section> {
  const seconds = 60;
  const dev = await openDev(world, world.source('idle', { 'index.html': 'start' }));
  await dev.shows('serving');
  await dev.quiet();
  const [time, bytes] = [dev.processorTime(), dev.written.bytes];
  await sleep(seconds * 1000, undefined, { signal: world.signal });
  const rows = [
    row('processor time a second (10 ms are 1 % of a core)', [(dev.processorTime() - time) / seconds], { atMost: 10 }),
    row('written to the terminal', [dev.written.bytes - bytes], { unit: 'bytes', atMost: 0 }),
  ];
  await dev.stop();
  return { title: `${seconds} s in which nothing happens`, rows };
}

export async function savesOnScreen(world: World): Promise<Section> {
  const open = async (name: string, ...options: readonly string[]) => {
    const source = world.source(name, { 'index.html': 'start' });
    const dev = await openDev(world, source, ...options);
    await dev.shows('serv');
    return { dev, source, page: openPage({ host: '127.0.0.1', port: dev.port }) };
  };
  const [shown, plain] = [await open('dashboard'), await open('plain', '--progress', 'plain')];
  let state = 0;
  const saved =
    ({ dev, source, page }: typeof shown) =>
    async () => {
      await Promise.all([shown.dev.quiet(), plain.dev.quiet()]);
      state += 1;
      const started = performance.now();
      writePrograms(source, { 'index.html': `state ${state}` });
      const ms = (await page.until('/', `state ${state}`, world.signal)) - started;
      await dev.quiet();
      return ms;
    };
  const { lines, dashboard } = await interleave({ lines: saved(plain), dashboard: saved(shown) }, world);
  for (const { dev, page } of [shown, plain]) {
    page.close();
    await dev.stop();
  }
  return {
    title: 'save to served, one file: write to first answer',
    rows: [
      row('with the dashboard', dashboard, { over: ['lines', lines], atMost: 10 }),
      row('with --progress plain', lines),
    ],
  };
}

/** Prints for ever once it is asked to. */
const flooding = {
  'index.html': 'start',
  'cgi-bin/flood': '#!/bin/sh\n: >/app/flood\nprintf "Content-Type: text/plain\\r\\n\\r\\nhere it comes"\n',
  '.sti/bin/run': `#!/bin/sh
trap 'exit 0' TERM
httpd -f -p ${appPort} -h /app &
until [ -e /app/flood ]; do sleep 0.1; done
from=1
while :; do
  sleep 0.025 &
  pace=$!
  seq $from $((from + 3999)) | sed 's/.*/line & GET style.css 200 in 1 ms, 4096 bytes/'
  from=$((from + 4000))
  wait $pace
done
`,
};

export async function flood(world: World): Promise<Section> {
  const [ring, shortLived, mostSeconds, lines] = [32, 48, 40, 2_000_000];
  const keys = [
    ['?', ' Keys '],
    ['?', ' Artifacts '],
    ['1', 'Logs · assemble '],
    ['0', 'Logs · all '],
  ] as const;
  const dev = await openDev(world, world.source('flood', flooding));
  await dev.shows('serving');
  await dev.quiet();
  const base = dev.memory();
  await ask({ host: '127.0.0.1', port: dev.port }, '/cgi-bin/flood');
  const newest = () => Math.max(0, ...[...dev.recent().matchAll(/line (\d+) /g)].map(([, number]) => Number(number)));
  const looks: { line: number; frames: number; memory: number }[] = [];
  while ((looks.at(-1)?.line ?? 0) < lines && looks.length < mostSeconds) {
    const [at, frameCount] = [performance.now(), dev.written.frames];
    await sleep(1000, undefined, { signal: world.signal });
    const seconds = (performance.now() - at) / 1000;
    looks.push({ line: newest(), frames: (dev.written.frames - frameCount) / seconds, memory: dev.memory() - base });
  }
  const answers: number[] = [];
  for (let press = 0; press < world.runs * 2; press += 1) {
    const [key, answer] = keys[press % keys.length] ?? keys[0];
    answers.push(await dev.press(key, answer));
    await sleep(50 + (press % 7) * 20, undefined, { signal: world.signal });
  }
  await dev.stop();
  const memory = looks.map((look) => look.memory);
  const half = Math.ceil(memory.length / 2);
  return {
    title: `an application that prints 100,000 lines or more a second, ${looks.length} s`,
    rows: [
      row('lines a second that came to the screen', [(looks.at(-1)?.line ?? 0) / looks.length], { unit: 'lines' }),
      row(
        'frames a second',
        looks.map((look) => look.frames),
        { unit: 'frames', atMost: 30 },
      ),
      row('a key until its answer is on the screen', answers, { atMost: 100 }),
      row('the slowest of them', [Math.max(...answers)], { atMost: 100 }),
      row('memory (RSS) before, at rest', [base], { unit: 'MB' }),
      row('most memory over that', [Math.max(...memory)], { unit: 'MB', atMost: ring + shortLived }),
      row(
        'growth in the second half, the ring long full',
        [median(memory.slice(-3)) - median(memory.slice(half, half + 3))],
        {
          ...{ unit: 'MB', atMost: 5 },
        },
      ),
    ],
  };
}

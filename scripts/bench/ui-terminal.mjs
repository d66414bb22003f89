// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pty from '@lydell/node-pty';
import { appPort } from './dev-images.mjs';

/** The size of every terminal here. */
export const terminalSize = { cols: 100, rows: 40 };

/** How the dashboard begins each frame (DEC 2026). */
const frameBegin = '\x1b[?2026h';

/** How long anything may take before it counts as broken; milliseconds. */
const patience = 60_000;

/**
 * A `sti dev` on a terminal of its own: what it writes there, what it costs, and its keys.
 *
 * @typedef {Awaited<ReturnType<typeof openTerminal>>} DevTerminal
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @param {string} source
 * @param {readonly string[]} [options] for `sti dev`
 */
export async function openTerminal(
  { program, environment, freePort, builder, api, signal, defer },
  source,
  options = [],
) {
  const standbys = 2;
  const port = await freePort();
  const [node = '', main = ''] = program;
  const args = [
    'dev',
    source,
    builder.site,
    '--port',
    `${port}:${appPort}`,
    '--standbys',
    String(standbys),
    ...options,
  ];
  const env = { ...environment(), TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  const startedAt = performance.now();
  const sti = pty.spawn(node, [main, ...args], { ...terminalSize, env });
  const written = { bytes: 0, frames: 0 };
  /** What came last: the tail of it may hold the beginning of what comes next. */
  let recent = '';
  let lastAt = performance.now();
  let ended = false;
  const over = new Promise((resolve) => sti.onExit(resolve)).then(() => {
    ended = true;
  });
  /** @type {Set<() => void>} */
  const readers = new Set();
  sti.onData((data) => {
    lastAt = performance.now();
    written.bytes += Buffer.byteLength(data);
    written.frames += countOf(recent.slice(1 - frameBegin.length) + data, frameBegin);
    recent = (recent + data).slice(-100_000);
    for (const reader of readers) reader();
  });

  const terminal = {
    pid: sti.pid,
    port,
    startedAt,
    written,
    /** What came on the screen last, control sequences and all. */
    recent: () => recent,
    /**
     * The moment when this has come on the screen, by `performance.now()`.
     *
     * @param {string} text
     */
    shows: async (text) => {
      if (recent.includes(text)) return lastAt;
      const { promise, resolve } = withResolvers();
      const reader = () => recent.includes(text) && resolve();
      readers.add(reader);
      const givingUp = AbortSignal.timeout(patience);
      const stopped = AbortSignal.any([signal, givingUp]);
      stopped.addEventListener('abort', resolve);
      await Promise.race([promise, over]);
      readers.delete(reader);
      signal.throwIfAborted();
      if (!recent.includes(text)) throw new Error(`${recent.slice(-3000)}\nsti dev does not show ${text}`);
      return lastAt;
    },
    /**
     * Presses a key; milliseconds until the text that answers it has come on the screen.
     *
     * @param {string} key
     * @param {string} answer
     */
    press: async (key, answer) => {
      recent = '';
      const pressed = performance.now();
      sti.write(key);
      return (await terminal.shows(answer)) - pressed;
    },
    /** Waits until nothing is left to be done for the last save, and nothing moves on the screen. */
    quiet: async () => {
      for (const deadline = performance.now() + patience; ; ) {
        signal.throwIfAborted();
        const before = processorTime(sti.pid);
        const bytes = written.bytes;
        await sleep(150);
        const still = processorTime(sti.pid) - before <= 20 && written.bytes === bytes;
        if (still && (await containers()) === standbys + 1) return;
        if (ended || performance.now() > deadline) throw new Error(`${recent.slice(-3000)}\nsti dev does not rest`);
      }
    },
    /** Milliseconds of processor time that it has had. */
    processorTime: () => processorTime(sti.pid),
    /** Megabytes of memory that it has now. */
    memory: () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${sti.pid}/status`, 'utf8'))?.[1]) / 1024,
    stop: async () => {
      if (!ended) sti.kill('SIGTERM');
      await over;
    },
  };
  defer(terminal.stop);
  return terminal;

  async function containers() {
    const filters = encodeURIComponent(JSON.stringify({ name: [`^/?sti-[0-9a-f]+-${sti.pid}-`] }));
    /** @type {unknown[]} */
    const list = await api.json('GET', `/containers/json?all=1&filters=${filters}`, { signal });
    return list.length;
  }
}

/**
 * Milliseconds that all threads of a process have been on a processor; /proc/PID/stat has it in hundredths of a second only.
 *
 * @param {number} pid
 */
function processorTime(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return times.reduce((sum, time) => sum + Number(time), 0) / 1_000_000;
}

/**
 * @param {string} text
 * @param {string} part
 */
function countOf(text, part) {
  return text.split(part).length - 1;
}

function withResolvers() {
  /** @type {() => void} */
  let resolve = () => {};
  /** @type {Promise<void>} */
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

// @ts-check
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPage } from './dev-page.mjs';

/**
 * A `sti dev` under way, seen from outside: its events, its page, its containers and its process.
 *
 * @typedef {object} DevEvent
 * @property {string} type
 * @property {number} at
 * @property {number} ms
 * @property {number} cycle
 * @property {string} step
 * @property {boolean} ok
 * @property {string} path
 * @property {string} text
 *
 * @typedef {Awaited<ReturnType<typeof startDev>>} Dev
 *
 * @typedef {object} Start
 * @property {readonly string[]} command
 * @property {NodeJS.ProcessEnv} env
 * @property {{ uid: number, gid: number }} [user]
 * @property {number} port
 * @property {number} standbys
 * @property {boolean} tagged whether it makes images too
 * @property {import('../engine-api.mjs').EngineApi} api
 * @property {AbortSignal} signal
 */

/** How long anything may take before it counts as broken; milliseconds. */
const patience = 60_000;

/**
 * Resolves when the application is served for the first time.
 *
 * @param {Start} start
 */
export async function startDev({ command, env, user, port, standbys, tagged, api, signal }) {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...user });
  const pid = child.pid ?? -1;
  /** @type {DevEvent[]} */
  const events = [];
  let lastWords = '';
  let ended = false;
  child.stderr.on('data', (piece) => {
    lastWords = (lastWords + piece).slice(-2000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line));
  });
  const over = new Promise((resolve) => {
    child.on('error', resolve);
    child.on('close', resolve);
  }).then(() => {
    ended = true;
  });
  const page = openPage({ host: '127.0.0.1', port });

  const dev = {
    pid,
    port,
    events,
    page,
    /**
     * The first event of this kind, from the number `since` on.
     *
     * @param {string} type
     * @param {number} since
     */
    async event(type, since) {
      const found = () => events.slice(since).find((event) => event.type === type);
      await until(() => found() !== undefined, type);
      return /** @type {DevEvent} */ (found());
    },
    /**
     * Resolves when a step has ended well, from the event number `since` on.
     *
     * @param {string} step
     * @param {number} since
     */
    finished: (step, since) =>
      until(
        () => events.slice(since).some((event) => event.type === 'step-finished' && event.step === step && event.ok),
        `${step} that ended`,
      ),
    /** Waits until nothing is left to be done for the last save: image made, standbys ready. */
    async quiet() {
      await until(async () => {
        const before = ticksOf(pid);
        await sleep(150);
        return settled() && ticksOf(pid) - before <= 2 && (await containers()) === standbys + 1;
      }, 'quiet');
    },
    /** How many containers it has on the engine. */
    containers,
    /** How many file handles it has. */
    handles: () => readdirSync(`/proc/${pid}/fd`).length,
    /** Megabytes in use once its garbage is collected; only with `watchMemory`. */
    async liveMemory() {
      const said = new Promise((resolve) => {
        child.stderr.on('data', function listen(piece) {
          const [, bytes] = /live-memory (\d+)/.exec(String(piece)) ?? [];
          if (bytes === undefined) return;
          child.stderr.off('data', listen);
          resolve(Number(bytes) / 1024 / 1024);
        });
      });
      child.kill('SIGUSR2');
      return /** @type {Promise<number>} */ (said);
    },
    /** Megabytes of memory that the system says it has now. */
    memory: () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    async stop() {
      page.close();
      if (!ended) child.kill('SIGINT');
      await over;
    },
  };
  try {
    await dev.event('cycle-served', 0);
  } catch (error) {
    await dev.stop();
    throw error;
  }
  return dev;

  async function containers() {
    const filters = encodeURIComponent(JSON.stringify({ name: [`^/?sti-[0-9a-f]+-${pid}-`] }));
    /** @type {unknown[]} */
    const list = await api.json('GET', `/containers/json?all=1&filters=${filters}`, { signal });
    return list.length;
  }

  function settled() {
    const started = events.filter(({ type }) => type === 'cycle-started').at(-1)?.cycle;
    const done = (/** @type {string} */ type) => events.some((event) => event.type === type && event.cycle === started);
    return done('cycle-served') && (!tagged || done('image-tagged'));
  }

  /**
   * @param {() => boolean | Promise<boolean>} isSo
   * @param {string} what
   */
  async function until(isSo, what) {
    const deadline = performance.now() + patience;
    while (!(await isSo())) {
      signal.throwIfAborted();
      if (ended) throw new Error(`sti dev ended: ${lastWords}`);
      const failed = events.find(({ type }) => type === 'cycle-failed');
      if (failed) throw new Error(`sti dev failed: ${JSON.stringify(failed)}`);
      if (performance.now() > deadline) throw new Error(`sti dev: no ${what}: ${JSON.stringify(events.slice(-5))}`);
      await sleep(2);
    }
  }
}

/**
 * Processor time of a process in hundredths of a second.
 *
 * @param {number} pid
 */
function ticksOf(pid) {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const words = fields.split(' ');
  return Number(words[11]) + Number(words[12]);
}

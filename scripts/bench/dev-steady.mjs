// @ts-check
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './dev-page.mjs';
import { measureSave } from './dev-save.mjs';
import { write } from './dev-world.mjs';
import { median } from './measure.mjs';
import { row } from './report.mjs';

/** Saves until memory counts as warm. */
const warmUp = 50;

/**
 * Whether a session grows over many saves: two sessions side by side, one as it is, one whose memory can be looked into.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function growth(world) {
  const count = world.long ? 1_000 : 100;
  const plain = await growing(world, 'growth', false);
  const watched = await growing(world, 'growth-watched', true);
  /** @type {{ live: number, memory: number, handles: number, containers: number, volumes: number }[]} */
  const looks = [];
  for (let number = 1; number <= count; number += 1) {
    await Promise.all([plain.save(number), watched.save(number)]);
    if (number < warmUp || number % (world.long ? 50 : 5) !== 0) continue;
    await Promise.all([plain.dev.quiet(), watched.dev.quiet()]);
    looks.push({
      live: await watched.dev.liveMemory(),
      memory: plain.dev.memory(),
      handles: plain.dev.handles(),
      containers: await plain.dev.containers(),
      volumes: await unusedVolumes(world),
    });
  }
  await Promise.all([plain.dev.stop(), watched.dev.stop()]);
  const series = (/** @type {'live' | 'memory' | 'handles' | 'containers' | 'volumes'} */ name) =>
    looks.map((look) => look[name]);
  const [begin, end] = [series('live').slice(0, 3), series('live').slice(-3)];
  return {
    title: `${count} saves`,
    rows: [
      row(`memory in use after ${warmUp}, three looks`, begin, { unit: 'MB' }),
      row('memory in use at the end, three looks', end, { unit: 'MB', ratioTo: ['before', begin], atMost: 1.1 }),
      row('memory of the process (RSS), the most', [Math.max(...series('memory'))], { unit: 'MB' }),
      row('growth of file handles', [growthOf(series('handles'))], { unit: 'handles', atMost: 0 }),
      row('growth of containers', [growthOf(series('containers'))], { unit: 'containers', atMost: 0 }),
      row('growth of volumes that nothing uses', [growthOf(series('volumes'))], { unit: 'volumes', atMost: 0 }),
    ],
  };
}

/**
 * @param {import('./dev-world.mjs').DevWorld} world
 * @param {string} name
 * @param {boolean} watchMemory
 */
async function growing(world, name, watchMemory) {
  const source = world.makeSource(name, { 'index.html': 'start' });
  const dev = await world.dev(source, { tag: world.tag(name), watchMemory });
  return {
    dev,
    save(/** @type {number} */ number) {
      const text = `state ${number}`;
      return measureSave(world, dev, { path: '/', text, save: () => write(source, { 'index.html': text }) });
    },
  };
}

/**
 * From the median of the first half to that of the second: what is open at some looks only is none that stays.
 *
 * @param {readonly number[]} series
 */
function growthOf(series) {
  const half = Math.ceil(series.length / 2);
  return median(series.slice(half)) - median(series.slice(0, half));
}

/**
 * Of the whole engine: volumes without a name don't tell whose they were.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 */
async function unusedVolumes({ api, signal }) {
  const filters = encodeURIComponent(JSON.stringify({ dangling: ['true'] }));
  /** @type {{ Volumes: unknown[] | null }} */
  const { Volumes } = await api.json('GET', `/volumes?filters=${filters}`, { signal });
  return Volumes?.length ?? 0;
}

/**
 * Steady requests while versions change, a save a second.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function load(world) {
  const seconds = world.long ? 60 : 10;
  const source = world.makeSource('load', { 'index.html': 'state 0' });
  const dev = await world.dev(source, { tag: world.tag('load') });
  await dev.quiet();
  const address = { host: '127.0.0.1', port: dev.port };
  /** @type {string[]} */
  const failures = [];
  const seen = { requests: 0, repeated: 0, older: 0, slowest: 0 };
  let stop = false;
  /** @param {Agent | undefined} agent */
  const client = async (agent) => {
    let newest = 0;
    while (!stop) {
      const started = performance.now();
      try {
        const { status, body, repeated } = await ask(address, '/', agent);
        const state = Number(/^state (\d+)$/.exec(body)?.[1] ?? Number.NaN);
        if (status !== 200 || Number.isNaN(state)) failures.push(`${status} ${body.slice(0, 100)}`);
        if (state < newest) seen.older += 1;
        newest = Math.max(newest, state || 0);
        seen.repeated += repeated ? 1 : 0;
      } catch (error) {
        failures.push(String(error));
      }
      seen.requests += 1;
      seen.slowest = Math.max(seen.slowest, performance.now() - started);
      await sleep(5);
    }
    agent?.destroy();
  };
  const kept = () => new Agent({ keepAlive: true, maxSockets: 1 });
  const clients = [client(kept()), client(kept()), client(undefined), client(undefined)];
  for (let number = 1; number <= seconds; number += 1) {
    const second = sleep(1_000);
    write(source, { 'index.html': `state ${number}` });
    await second;
  }
  await dev.page.until('/', `state ${seconds}`, world.signal);
  stop = true;
  await Promise.all(clients);
  await dev.stop();
  const examples = [...new Set(failures)].slice(0, 3).join('; ');
  return {
    title: `${seconds} s of requests, a save each second${examples && ` (${examples})`}`,
    rows: [
      row('requests', [seen.requests], { unit: 'requests' }),
      row('failed', [failures.length], { unit: 'requests', atMost: 0 }),
      row('answered by an older version after a newer one', [seen.older], { unit: 'requests', atMost: 0 }),
      row('asked again since the connection had just been closed', [seen.repeated], { unit: 'requests' }),
      row('slowest answer', [seen.slowest]),
    ],
  };
}

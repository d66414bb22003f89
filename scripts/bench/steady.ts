import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../../test/support/page.ts';
import { writePrograms } from '../../test/support/write-files.ts';
import { median, row, type Section } from './report.ts';
import { startSession } from './session.ts';
import type { World } from './world.ts';

/** Whether a session grows over many saves: two side by side, one as it is, one whose memory can be looked into. */
export async function growth(world: World): Promise<Section> {
  const [count, warmUp] = [world.long ? 1_000 : 100, 50];
  const plain = await startSession(world, 'growth', { tag: `${world.name('growth')}:latest` });
  const watched = await startSession(world, 'growth-watched', {
    tag: `${world.name('growth')}:latest`,
    watchMemory: true,
  });
  const looks: Record<'live' | 'memory' | 'handles' | 'containers' | 'volumes', number>[] = [];
  for (let number = 1; number <= count; number += 1) {
    await Promise.all([plain.saveText(`state ${number}`), watched.saveText(`state ${number}`)]);
    if (number < warmUp || number % (world.long ? 50 : 5) !== 0) continue;
    await Promise.all([plain.quiet(), watched.quiet()]);
    looks.push({
      live: await watched.liveMemory(),
      memory: plain.memory(),
      handles: plain.handles(),
      containers: await plain.containers(),
      volumes: await unusedVolumes(world),
    });
  }
  await Promise.all([plain.stop(), watched.stop()]);
  const series = (name: keyof (typeof looks)[number]) => looks.map((look) => look[name]);
  // From the median of the first half to that of the second: what is open at some looks only is none that stays.
  const grown = (name: keyof (typeof looks)[number]) => {
    const half = Math.ceil(looks.length / 2);
    return row(`growth of ${name}`, [median(series(name).slice(half)) - median(series(name).slice(0, half))], {
      ...{ unit: name, atMost: 0 },
    });
  };
  const [begin, end] = [series('live').slice(0, 3), series('live').slice(-3)];
  return {
    title: `${count} saves`,
    rows: [
      row(`memory in use after ${warmUp}, three looks`, begin, { unit: 'MB' }),
      row('memory in use at the end, three looks', end, { unit: 'MB', ratioTo: ['before', begin], atMost: 1.1 }),
      row('memory of the process (RSS), the most', [Math.max(...series('memory'))], { unit: 'MB' }),
      ...(['handles', 'containers', 'volumes'] as const).map(grown),
    ],
  };
}

/** Of the whole engine: volumes without a name don't tell whose they were. */
async function unusedVolumes({ api, signal }: World): Promise<number> {
  const filters = encodeURIComponent(JSON.stringify({ dangling: ['true'] }));
  const path = `/volumes?filters=${filters}`;
  return (await api.json<{ Volumes: unknown[] | null }>('GET', path, { signal })).Volumes?.length ?? 0;
}

/** Steady requests while versions change, a save a second. */
export async function load(world: World): Promise<Section> {
  const seconds = world.long ? 60 : 10;
  const dev = await startSession(world, 'load', { tag: `${world.name('load')}:latest` });
  await dev.saveText('state 0');
  await dev.quiet();
  const failures: string[] = [];
  const seen = { requests: 0, repeated: 0, older: 0, slowest: 0 };
  const stop = new AbortController();
  const client = async (agent: Agent | undefined) => {
    for (let newest = 0; !stop.signal.aborted; await sleep(5)) {
      const started = performance.now();
      try {
        const { status, body, repeated } = await ask({ host: '127.0.0.1', port: dev.port }, '/', agent);
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
    }
    agent?.destroy();
  };
  const kept = () => new Agent({ keepAlive: true, maxSockets: 1 });
  const clients = [client(kept()), client(kept()), client(undefined), client(undefined)];
  for (let number = 1; number <= seconds; number += 1) {
    writePrograms(dev.source, { 'index.html': `state ${number}` });
    await sleep(1_000, undefined, { signal: world.signal });
  }
  await dev.page.until('/', `state ${seconds}`, world.signal);
  stop.abort();
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

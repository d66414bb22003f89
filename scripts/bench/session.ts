import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DevEvent } from '../../source/dev/events.ts';
import { openPage } from '../../test/support/page.ts';
import { freePort } from '../../test/support/ports.ts';
import { writePrograms } from '../../test/support/write-files.ts';
import { appPort, type builders } from './builders.ts';
import { memoryOf, processorTime } from './programs.ts';
import type { User, World } from './world.ts';

type EventOf<Type extends DevEvent['type']> = Extract<DevEvent, { readonly type: Type }>;

/** How long anything may take before it counts as broken; milliseconds. */
const patience = 180_000;

export interface SessionOptions {
  readonly builder?: keyof typeof builders;
  readonly files?: Readonly<Record<string, string>>;
  /** A builder image and a folder, in place of one of the benchmark's builders and of files. */
  readonly stack?: { readonly image: string; readonly source: string };
  readonly args?: readonly string[];
  /** Whether its application restarts by itself. */
  readonly breaks?: boolean;
  readonly tag?: string;
  readonly standbys?: number;
  readonly user?: User | undefined;
  /** Lets `liveMemory` look into it. */
  readonly watchMemory?: boolean;
}

export interface Saved {
  /** From the write to the first answer with it; milliseconds. */
  readonly ms: number;
  /** What sti's own events say: of the script, of the start until ready, and of all. */
  readonly assemble: number;
  readonly ready: number;
  readonly claimed: number;
  readonly path: string;
}

export type Session = Awaited<ReturnType<typeof startSession>>;

/** `sti dev` of a folder, serving. */
export async function startSession(world: World, name: string, options: SessionOptions = {}) {
  const { builder = 'site', files = { 'index.html': 'start' }, tag, standbys = 2, user, watchMemory } = options;
  const { api, signal } = world;
  const { image, source } = options.stack ?? {
    image: await world.builder(builder),
    source: world.source(name, files),
  };
  const port = await freePort();
  const [node, main] = world.program;
  const hooks = [
    '--expose-gc',
    '--no-opt',
    '--import',
    join(import.meta.dirname, '../../../scripts/bench/live-memory.mjs'),
  ];
  const words = ['dev', source, image, ...(tag ? [tag] : []), '--port', `${port}:${appPort}`, ...(options.args ?? [])];
  const args = [main, ...words, '--standbys', String(standbys), '--progress', 'json'];
  const child = spawn(node, [...(watchMemory ? hooks : []), ...args], { env: world.environment(user), ...user });
  const pid = child.pid ?? -1;
  const events: DevEvent[] = [];
  let lastWords = '';
  let ended = false;
  child.stderr.on('data', (piece) => {
    lastWords = (lastWords + piece).slice(-2000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line));
  });
  const over = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  }).then(() => {
    ended = true;
  });
  const page = openPage({ host: '127.0.0.1', port }, { breaks: options.breaks ?? false });
  const session = { pid, port, source, events, page, event, quiet, containers, save, saveText, liveMemory, stop };
  world.defer(stop);
  await event('cycle-served');
  return {
    ...session,
    memory: () => memoryOf(pid, 'VmRSS'),
    handles: () => readdirSync(`/proc/${pid}/fd`).length,
  };

  /** The first event of a type from the one with this number on. */
  async function event<Type extends DevEvent['type']>(type: Type, since = 0): Promise<EventOf<Type>> {
    const isIt = (one: DevEvent): one is EventOf<Type> => one.type === type;
    return until(() => events.slice(since).find(isIt), type);
  }

  /** Waits until nothing is left to be done for the last save. */
  async function quiet(more = 0): Promise<void> {
    await until(async () => {
      const before = processorTime(pid);
      await sleep(150);
      const started = events.findLast((one) => one.type === 'cycle-started')?.cycle;
      const done = (type: string) => events.some((one) => one.type === type && 'cycle' in one && one.cycle === started);
      const settled = done('cycle-served') && (!tag || done('image-tagged'));
      return (
        (settled && processorTime(pid) - before <= 20 && (await containers()) === standbys + 1 + more) || undefined
      );
    }, 'rest');
  }

  async function containers(): Promise<number> {
    const filters = encodeURIComponent(JSON.stringify({ name: [`^/?sti-[0-9a-f]+-${pid}-`] }));
    return (await api.json<unknown[]>('GET', `/containers/json?all=1&filters=${filters}`, { signal })).length;
  }

  /** Saves what `change` writes, and waits until this text is answered. */
  async function save(
    change: () => void,
    path: string,
    text: string,
    onAnswer?: (body: string) => void,
  ): Promise<Saved> {
    const first = events.length;
    const started = performance.now();
    change();
    // Questions before that would take the processor from what is measured.
    if (onAnswer === undefined) {
      const last = options.breaks ? 'sync' : 'run';
      const mayBeAsked = (one: DevEvent) =>
        one.type === 'cycle-served' || (one.type === 'step-finished' && one.step === last && one.ok);
      const since = events.indexOf(await event('cycle-started', first));
      await until(() => events.slice(since).find(mayBeAsked), 'version that can be asked');
    }
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
    const ms = (await page.until(path, text, inTime, onAnswer)) - started;
    const served = await event('cycle-served', first);
    const steps = events.slice(first, events.indexOf(served)).filter((one) => one.type === 'step-finished');
    const last = (step: string) => steps.findLast((one) => one.step === step)?.ms ?? Number.NaN;
    return {
      ms,
      assemble: last('assemble'),
      ready: last('run'),
      claimed: served.ms,
      path: `${served.path}: ${served.assembled ?? served.why}`,
    };
  }

  function saveText(text: string): Promise<Saved> {
    return save(() => writePrograms(source, { 'index.html': text }), '/', text);
  }

  /** Megabytes of data in use, after a collection. */
  function liveMemory(): Promise<number> {
    lastWords = '';
    child.kill('SIGUSR2');
    return until(() => {
      const [, bytes] = /live-memory (\d+)\n/.exec(lastWords) ?? [];
      return bytes === undefined ? undefined : Number(bytes) / 1024 / 1024;
    }, 'look into its memory');
  }

  async function stop(): Promise<void> {
    page.close();
    if (!ended) child.kill('SIGINT');
    await over;
  }

  async function until<Found>(
    find: () => Found | undefined | Promise<Found | undefined>,
    what: string,
  ): Promise<Found> {
    for (const deadline = performance.now() + patience; ; await sleep(2)) {
      const found = await find();
      if (found !== undefined) return found;
      signal.throwIfAborted();
      const failed = events.find(({ type }) => type === 'cycle-failed');
      const why = ended ? lastWords : failed && JSON.stringify(failed);
      if (why !== undefined) throw new Error(`sti dev failed: ${why}`);
      if (performance.now() > deadline)
        throw new Error(`sti dev: no ${what}: ${JSON.stringify(events.slice(-5)).slice(-2_000)}`);
    }
  }
}

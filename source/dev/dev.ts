import { openCache } from '../build/cache.ts';
import { checkRequest } from '../build/check-request.ts';
import type { BuildContext, BuildWorld } from '../build/context.ts';
import { endSession } from '../build/end-session.ts';
import { startHeartbeat } from '../build/heartbeat.ts';
import type { CheckedRequest, Job } from '../build/job.ts';
import { sweepDeadSessions } from '../build/reap.ts';
import { createReporter } from '../build/reporter.ts';
import type { BuildRequest } from '../build/request.ts';
import { openSession } from '../build/session.ts';
import { openStage } from '../build/source-stage.ts';
import { TaskGroup } from '../build/task-group.ts';
import type { Engine } from '../engine/engine.ts';
import { StiError, toStiError } from '../errors.ts';
import type { DevEmit } from './events.ts';
import { Ports, type PortWish, portWishes } from './ports.ts';
import { prepare } from './preparation.ts';
import { DevSession } from './session.ts';
import type { Slots } from './slots.ts';
import { type Batch, type Watcher, watchTree } from './watch.ts';

export interface DevOptions {
  readonly standbys: number;
  /** Milliseconds. */
  readonly quietTime: number;
  readonly switchTimeout: number;
  readonly readyTimeout: number;
  /** Milliseconds of quiet after a save; absent: adaptive. */
  readonly debounce?: number;
  readonly poll: boolean;
  /** Address that the host ports are on. */
  readonly host: string;
  /** `--port`, or none: the ports that the image exposes. */
  readonly ports: readonly PortWish[];
  readonly readyPath?: string;
  /** Build, run until ready, and end. */
  readonly once: boolean;
  /** What several applications share so that not all of them assemble at once (`--jobs`). */
  readonly slots?: Slots;
}

/** How long connections to the old version may go on after a switch; milliseconds. */
const drainTime = 5_000;

export type DevOutcome = { readonly ok: true } | { readonly ok: false; readonly error: StiError };

/**
 * The live loop of one application (ARCHITECTURE.md, "The way of a save"). Goes on until `world.signal` aborts, which is
 * its good end; never rejects.
 */
export async function dev(
  request: BuildRequest,
  options: DevOptions,
  world: Omit<BuildWorld, 'emit'>,
  emit: DevEmit,
  connect: () => Promise<Engine>,
): Promise<DevOutcome> {
  let engine: Engine | undefined;
  try {
    const checked = checkRequest(request, world.cwd);
    if (checked.source.kind !== 'folder' || request.ref !== undefined) {
      throw new StiError('source', `sti dev needs a folder to watch, and ${request.source} is none`, {
        hint: 'Clone or unpack it first, and name the folder.',
      });
    }
    engine = await connect();
    const context: BuildContext = { ...world, emit, engine };
    await loop(context, request, checked, checked.source.path, options, emit);
    return { ok: true };
  } catch (thrown) {
    return { ok: false, error: toStiError(thrown) };
  } finally {
    engine?.close();
  }
}

async function loop(
  context: BuildContext,
  request: BuildRequest,
  checked: CheckedRequest,
  sourceRoot: string,
  options: DevOptions,
  emit: DevEmit,
): Promise<void> {
  const { engine } = context;
  const heartbeat = startHeartbeat(engine);
  const ended = AbortSignal.any([context.signal, heartbeat.signal]);
  // The work outlives Ctrl-C for as long as it takes to stop the application properly.
  const work = new AbortController();
  heartbeat.signal.addEventListener('abort', () => work.abort(heartbeat.signal.reason), { once: true });
  const tasks = new TaskGroup(work.signal);
  const session = await openSession(context);
  const job: Job = {
    ...context,
    request: { ...request, removePrevious: true },
    checked,
    session,
    reporter: createReporter(context.emit),
    tasks,
    signal: tasks.signal,
    cache: openCache(context.cacheDir),
  };
  // The image is made in the background: its steps would stand in the way of the next save's.
  const quietJob: Job = {
    ...job,
    reporter: createReporter((event) => (event.type === 'warning' ? context.emit(event) : undefined)),
  };
  let watcher: Watcher | undefined;
  let running: DevSession | undefined;
  let missed: Batch | undefined;
  let ok = false;
  try {
    await emit({
      type: 'dev-started',
      at: Date.now(),
      source: request.source,
      builder: request.builder,
      tag: checked.tag,
    });
    sweepDeadSessions(engine, context).catch(() => {});
    const at = Date.now();
    const opened = await openStage(job);
    watcher = await watchTree({
      root: opened.tree.root,
      sourceRoot,
      ...(options.debounce !== undefined && { debounce: options.debounce }),
      poll: options.poll,
      onBatch: (batch) => {
        if (running === undefined) missed = batch;
        else running.saved(batch);
      },
      onNotice: job.reporter.warn,
      signal: tasks.signal,
    });
    const current = { ...opened, tree: watcher.tree() };
    const preparation = await prepare(job, current.tree);
    const ports = await Ports.open(portWishes(preparation.builder.image.config.exposedPorts, options.ports), {
      ...options,
      drainTime,
      readyPath: options.readyPath,
      onNotice: job.reporter.warn,
    });
    running = new DevSession(job, quietJob, current, preparation, { ...options, emit, ports });
    const first = running.start(at);
    if (missed !== undefined) running.saved(missed);
    await first;
    if (!options.once) await aborted(ended);
    if (heartbeat.signal.aborted) throw heartbeat.signal.reason;
    ok = true;
  } catch (error) {
    if (!context.signal.aborted) throw toStiError(error);
  } finally {
    heartbeat.stop();
    await watcher?.close();
    const summary = await running?.close();
    if (!ok) work.abort(new StiError('bug', 'the session is over'));
    await endSession(engine, session, {
      ok: false,
      engineLost: heartbeat.signal.aborted,
      keepFolder: request.keepWorkspace,
    });
    if (summary !== undefined) await emit({ type: 'dev-finished', at: Date.now(), summary });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

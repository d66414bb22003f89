import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { builderStage } from '../build/builder-stage.ts';
import { openCache } from '../build/cache.ts';
import type { BuildContext } from '../build/context.ts';
import { endSession } from '../build/end-session.ts';
import { startHeartbeat } from '../build/heartbeat.ts';
import type { CheckedRequest, Job } from '../build/job.ts';
import { removeSessionObjects, sweepDeadSessions } from '../build/reap.ts';
import { createReporter } from '../build/reporter.ts';
import type { BuildRequest } from '../build/request.ts';
import { openSession, removeFolder } from '../build/session.ts';
import { openStage } from '../build/source-stage.ts';
import { engineLost } from '../build/standby.ts';
import { TaskGroup } from '../build/task-group.ts';
import type { ImageDetails } from '../engine/engine.ts';
import { StiError } from '../errors.ts';
import { resolveContextDir } from '../origin/context-dir.ts';
import { watchBuilder } from './builder-watch.ts';
import type { DevControls } from './controls.ts';
import type { DevOptions } from './dev.ts';
import type { DevEmit } from './events.ts';
import { watchOutside } from './outside-watch.ts';
import { Ports, portWishes } from './ports.ts';
import { prepare } from './preparation.ts';
import type { Progress } from './progress.ts';
import { reachOf } from './reach.ts';
import { DevSession } from './session.ts';
import type { Version } from './versions.ts';
import { type Batch, type Watcher, watchTree } from './watch.ts';

/** What outlives one engine, or one configuration: the host ports, and what has come of it all so far. */
export interface Lasting {
  readonly progress: Progress;
  ports: Ports | undefined;
  /** Goes on being served until the next configuration's first version is; its session ends with it. */
  inherited: Version | undefined;
  /** A session on an engine that went away: what it has there is removed when the engine is back. */
  orphan: { readonly name: string; readonly folder: string } | undefined;
}

export interface LiveInput {
  readonly request: BuildRequest;
  readonly checked: CheckedRequest;
  readonly sourceRoot: string;
  readonly options: DevOptions;
  readonly files: readonly string[];
  readonly emit: DevEmit;
  readonly onControls: (controls: DevControls) => void;
  /** Reads the configuration file that was saved; when it can't be used that is told, and the loop goes on. */
  readonly mayReconfigure: (tryOut: (request: BuildRequest) => Promise<unknown>) => Promise<boolean>;
  /** Why this begins, for the first build. */
  readonly why: string;
}

/** How long connections to the old version may go on after a switch; milliseconds. */
const drainTime = 5_000;
/** How long the session's folder may take to go before that is left to go on by itself; milliseconds. */
const folderPatience = 1_000;
const configFile = '.sti/config.json';
/** Why it begins anew. */
const reconfigured = 'the configuration changed';
const otherPorts = 'the builder image has other ports';

/**
 * The live loop on one engine. Resolves when `context.signal` aborts (or, with `once`, when the application is ready), or
 * to why it is to begin anew, which leads away from what is served. Rejects with `engine-lost` when the engine went away.
 */
export async function live(context: BuildContext, input: LiveInput, lasting: Lasting): Promise<string | undefined> {
  const { engine } = context;
  const { request, checked, sourceRoot, options, emit } = input;
  const heartbeat = startHeartbeat(engine);
  // The work outlives Ctrl-C for as long as it takes to stop the application properly.
  const work = new AbortController();
  const end = new AbortController();
  const closing = new AbortController();
  const lose = (reason: unknown) => {
    work.abort(reason);
    end.abort(reason);
  };
  heartbeat.signal.addEventListener('abort', () => lose(heartbeat.signal.reason), { once: true });
  const ended = AbortSignal.any([context.signal, end.signal]);
  const tasks = new TaskGroup(work.signal);
  const session = await openSession(context);
  const job: Job = {
    ...context,
    request,
    checked,
    session,
    reporter: createReporter(context.emit),
    tasks,
    signal: tasks.signal,
    cache: openCache(context.cacheDir),
  };
  // The image is made in the background: its steps would stand in the way of the next save's.
  const quietReporter = createReporter((event) => (event.type === 'warning' ? context.emit(event) : undefined));
  const quietJob: Job = { ...job, reporter: quietReporter };
  // What it names must be there before the running application gives way.
  const tryOut = (wanted: BuildRequest) =>
    Promise.all([builderStage({ ...quietJob, request: wanted }), resolveContextDir(sourceRoot, wanted.contextDir)]);
  let watcher: Watcher | undefined;
  let running: DevSession | undefined;
  let missed: Batch | undefined;
  const saved = (batch: Batch) => {
    if (running === undefined) missed = { ...batch, changes: [...(missed?.changes ?? []), ...batch.changes] };
    else running.saved(batch);
  };
  try {
    sweepDeadSessions(engine, context).catch(() => {});
    await removeOrphan(context, lasting);
    const at = Date.now();
    const opened = await openStage(job);
    watcher = await watchTree({
      root: opened.tree.root,
      sourceRoot,
      ...(options.debounce !== undefined && { debounce: options.debounce }),
      poll: options.poll,
      onBatch: (batch) => {
        if (!batch.changes.some(({ path }) => path === configFile)) return saved(batch);
        void input.mayReconfigure(tryOut).then((may) => (may ? end.abort(reconfigured) : saved(batch)));
      },
      onNotice: job.reporter.warn,
      signal: tasks.signal,
    });
    const reread = () => void input.mayReconfigure(tryOut).then((may) => may && end.abort(reconfigured));
    const isSource = request.contextDir === undefined && !watcher.leavesOut(configFile);
    const outside = input.files.filter((path) => !isSource || path !== join(sourceRoot, configFile));
    watchOutside(outside, reread, AbortSignal.any([ended, tasks.signal]));
    const current = { ...opened, tree: watcher.tree() };
    const builder = await builderStage(job);
    const reach = reachOf(engine.about);
    const wishes = portWishes(builder.image.config.exposedPorts, options.ports);
    const { host, switchTimeout, readyPath } = options;
    const portOptions = { host, switchTimeout, readyPath, drainTime, reach, onNotice: job.reporter.warn };
    const { progress, inherited, ports: before } = lasting;
    const ports = await Ports.instead(before, wishes, portOptions);
    lasting.ports = ports;
    if (inherited !== undefined && ports !== before) ports.inherit(inherited.app.details);
    const onDied = () => void lostWithAll(job, () => running).then((reason) => reason && lose(reason));
    const publish = reach.by === 'published' && { publish: { ports: ports.containerPorts, on: reach.on } };
    const preparation = prepare(job, current.tree, builder);
    running = new DevSession(job, quietJob, current, preparation, {
      ...options,
      ...publish,
      ...(inherited && { inherited }),
      emit,
      ports,
      progress,
      onDied,
    });
    lasting.inherited = undefined;
    input.onControls(running);
    const first = running.start(at, input.why);
    if (missed !== undefined) running.saved(missed);
    const changed = (image: ImageDetails) => {
      const same = isDeepStrictEqual(portWishes(image.config.exposedPorts, options.ports), wishes);
      if (same) running?.builderChanged();
      else end.abort(otherPorts);
    };
    void watchBuilder(job, running, changed, AbortSignal.any([ended, closing.signal]));
    await Promise.race([first, aborted(ended)]);
    if (!options.once) await aborted(ended);
    const why = whyAnew(end.signal);
    if (end.signal.aborted && why === undefined) throw end.signal.reason;
    return why;
  } finally {
    closing.abort();
    heartbeat.stop();
    await watcher?.close();
    const anew = whyAnew(end.signal) !== undefined;
    const lost = end.signal.aborted && !anew;
    const finish = async () => {
      await running?.close();
      work.abort(new StiError('bug', 'the session is over'));
      if (lost) lasting.orphan = { name: session.name, folder: session.folder };
      const keepFolder = request.keepWorkspace;
      await endSession(engine, session, { ok: false, engineLost: lost, keepFolder, patience: folderPatience });
    };
    const left = anew ? await running?.handOver() : undefined;
    if (left !== undefined) lasting.inherited = endingWith(left, finish);
    else {
      if (lasting.inherited === undefined) lasting.ports?.hold();
      await finish();
    }
  }
}

function whyAnew({ reason }: AbortSignal): string | undefined {
  return typeof reason === 'string' ? reason : undefined;
}

/** The version, with all that its session has left to end when it ends. */
function endingWith(version: Version, finish: () => Promise<void>): Version {
  let finishing: Promise<void> | undefined;
  const stop = () => {
    finishing ??= finish();
    return finishing;
  };
  void version.app.ended.then(stop).catch(() => {});
  return { ...version, app: { ...version.app, stop } };
}

/**
 * A container that only waits doesn't end by itself. When the application has ended as well, it was the engine that
 * ended them all, and may be back already: everything begins anew. Resolves to undefined when it was just that container.
 */
async function lostWithAll(job: Job, running: () => DevSession | undefined): Promise<StiError | undefined> {
  try {
    await sleep(500, undefined, { signal: job.signal });
    await job.engine.ping();
  } catch (cause) {
    return job.signal.aborted ? undefined : engineLost(cause);
  }
  if (running()?.serving === null) return engineLost('all containers were ended');
  return undefined;
}

/** The reaper may have done it already, if the engine wasn't away for too long. */
async function removeOrphan({ engine }: BuildContext, lasting: Lasting): Promise<void> {
  const { orphan } = lasting;
  if (orphan === undefined) return;
  await removeSessionObjects(engine, orphan.name);
  await removeFolder(orphan.folder);
  lasting.orphan = undefined;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

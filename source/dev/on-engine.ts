import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { BuildContext } from '../build/context.ts';
import { startHeartbeat } from '../build/heartbeat.ts';
import { openStage } from '../build/steps/source.ts';
import { endWorkspace } from '../build/workspace/end.ts';
import { removeSessionObjects } from '../build/workspace/reaper.ts';
import { sweepDeadSessions } from '../build/workspace/sweep.ts';
import { openWorkspace } from '../build/workspace/workspace.ts';
import type { Engine, ImageDetails } from '../engine/engine.ts';
import { messageOf, StiError, toStiError } from '../errors.ts';
import { resolveContextDir } from '../origin/context-dir.ts';
import type { ImageReference } from '../protocol/image/reference.ts';
import { addressingOf } from '../run/addressing.ts';
import { portsLeftOut, portWishes } from '../run/wishes.ts';
import { removeFolder } from '../tree/remove.ts';
import type { DevControls } from './controls.ts';
import type { DevEmit } from './events.ts';
import { devMode } from './inputs/dev-mode.ts';
import { baseOf, type Images, obtainImages } from './inputs/images.ts';
import { readInputs } from './inputs/inputs.ts';
import { watchImage } from './inputs/watch-image.ts';
import { createJobs } from './jobs.ts';
import { Ports } from './ports/ports.ts';
import type { Progress } from './progress.ts';
import { type CheckedDevRequest, checkDevRequest, type DevRequest } from './request.ts';
import type { Version } from './serve/versions.ts';
import { DevSession } from './session.ts';
import { watchOutside, watchTree } from './watch/watch.ts';
import type { Watcher } from './watch/watcher.ts';

export interface LoopInput {
  readonly asked: CheckedDevRequest;
  readonly emit: DevEmit;
  readonly onControls: (controls: DevControls) => void;
  /** Reads the configuration again. */
  readonly read: () => Promise<DevRequest>;
  /** Why this begins, for the first build. */
  readonly why: string;
}

/** What goes on from one engine, or one configuration, to the next. */
export interface CarryOver {
  readonly progress: Progress;
  /** The host ports. */
  readonly ports: Ports | undefined;
  /** Goes on being served until the next configuration's first version is; its session ends with it. */
  readonly previousApp: Version | undefined;
  /** A session on an engine that went away: what it has there is removed when the engine is back. */
  readonly orphan: { readonly name: string; readonly folder: string } | undefined;
}

/** Why the loop on one engine has ended. */
export type LoopEnd =
  /** It was asked to, or, with `once`, has done its work. */
  | { readonly why: 'quit' }
  | { readonly why: 'configuration changed'; readonly next: CheckedDevRequest }
  | { readonly why: 'ports changed' }
  | { readonly why: 'engine lost' | 'failed'; readonly error: StiError };

/** How long the session's folder may take to go before that is left to go on by itself; milliseconds. */
const folderMs = 1_000;
const configFile = '.sti/config.json';

/**
 * The live loop on one engine, until it ends for one of the reasons above. When it is to begin anew with other values, what
 * is served goes on and is carried over. Never rejects.
 */
export async function runOnEngine(
  context: BuildContext,
  { asked, emit, onControls, read, why }: LoopInput,
  carried: CarryOver,
): Promise<{ readonly end: LoopEnd; readonly carryOver: CarryOver }> {
  const { engine } = context;
  const { request, sourceRoot, options } = asked;
  const { progress } = carried;
  let { ports, previousApp, orphan } = carried;
  let watcher: Watcher | undefined;
  let running: DevSession | undefined;
  const heartbeat = startHeartbeat(engine);
  const closing = new AbortController();
  // The work outlives Ctrl-C for as long as it takes to stop the application properly.
  const work = new AbortController();
  let conclude: (end: LoopEnd) => void = () => {};
  const concluded = new Promise<LoopEnd>((resolve) => {
    conclude = resolve;
  });
  const lost = new Promise<LoopEnd>((resolve) => {
    const lose = (error: StiError) => {
      work.abort(error);
      resolve({ why: 'engine lost', error });
    };
    heartbeat.signal.addEventListener('abort', () => lose(toStiError(heartbeat.signal.reason)), { once: true });
    void concluded.then((end) => end.why === 'engine lost' && lose(end.error));
  });
  void lost.then(conclude);
  onAbort(context.signal, () => {
    conclude({ why: 'quit' });
    if (running === undefined) work.abort(context.signal.reason);
  });
  const watching = AbortSignal.any([context.signal, closing.signal]);

  let workspace: Awaited<ReturnType<typeof openWorkspace>>;
  try {
    workspace = await openWorkspace(context);
  } catch (error) {
    heartbeat.stop();
    return { end: { why: 'failed', error: toStiError(error) }, carryOver: carried };
  }
  const { job, quietJob } = createJobs(context, asked, workspace, work.signal);

  /** Ends it for a configuration that can be used; another one is told, and the loop goes on. */
  const reconfigure = async (): Promise<boolean> => {
    try {
      const next = checkDevRequest(await read(), context.cwd);
      // What it names must be there before the running application gives way.
      const { contextDir } = next.request;
      await Promise.all([
        obtainImages({ ...quietJob, request: next.request }),
        resolveContextDir(sourceRoot, contextDir),
      ]);
      conclude({ why: 'configuration changed', next });
      return true;
    } catch (error) {
      if (!watching.aborted) job.reporter.warn(`keeping the old configuration: ${messageOf(error)}`);
      return false;
    }
  };

  const loop = async (): Promise<LoopEnd> => {
    sweepDeadSessions(engine, context).catch(() => {});
    await removeOrphan(engine, orphan);
    orphan = undefined;
    const at = Date.now();
    const opened = await openStage(job);
    watcher = await watchTree({
      root: join(sourceRoot, request.contextDir ?? ''),
      sourceRoot,
      exclude: request.exclude,
      ...(options.debounce !== undefined && { debounce: options.debounce }),
      poll: options.poll,
      // What comes before the session is in the tree that it begins with.
      onBatch: (batch) => {
        if (!batch.changes.some(({ path }) => path === configFile)) return running?.saved(batch);
        void reconfigure().then((isAnother) => isAnother || running?.saved(batch));
      },
      onNotice: job.reporter.warn,
      signal: job.signal,
    });
    const isSource = request.contextDir === undefined && !watcher.leavesOut(configFile);
    const outside = asked.files.filter((path) => !isSource || path !== join(sourceRoot, configFile));
    watchOutside(outside, () => void reconfigure(), AbortSignal.any([watching, job.signal]));
    const images = await obtainImages(job);
    const { config } = baseOf(images).image;
    const addressing = addressingOf(engine.about);
    const wishes = portWishes(config, options);
    for (const port of portsLeftOut(config)) job.reporter.warn(`port ${port} is not served: only TCP is`);
    const { host, switchTimeout, readyPath, drainTime, allowedHosts } = options;
    const before = ports;
    ports = await Ports.reopen(before, wishes, {
      ...{ host, switchTimeout, readyPath, drainTime, allowedHosts, addressing },
      onNotice: job.reporter.warn,
      onRequest: (record) => void emit({ type: 'request', ...record }),
    });
    if (previousApp !== undefined && ports !== before) ports.inherit(previousApp);
    const current = { ...opened, tree: watcher.tree() };
    const session = new DevSession(job, quietJob, current, readInputs(job, current.tree, images), {
      ...options,
      devEnv: [...(options.reload ? devMode(config) : []), ...options.devEnv],
      ...(addressing.by === 'published' && { publish: { ports: ports.containerPorts, on: addressing.on } }),
      ...(previousApp && { previousApp }),
      ...{ emit, ports, progress },
    });
    running = session;
    previousApp = undefined;
    onControls(session);
    void session.lost.then((error) => conclude({ why: 'engine lost', error }));
    const watch = (which: keyof Images, name: ImageReference, hasPorts: boolean) => {
      const usedId = async () => (await session.images())?.[which]?.image.id;
      const onChange = ({ config }: ImageDetails) => {
        if (!hasPorts || isDeepStrictEqual(portWishes(config, options), wishes)) session.imageChanged(which);
        else conclude({ why: 'ports changed' });
      };
      void watchImage(job, name, usedId, onChange, watching);
    };
    watch('builder', request.builder, request.runtime === undefined);
    if (request.runtime !== undefined) watch('runtime', request.runtime.image, true);
    const first = session.start(at, why);
    if (options.once) void first.then(() => conclude({ why: 'quit' }));
    const end = await concluded;
    return isQuit(context.signal) ? Promise.race([session.finish().then(() => end), lost]) : end;
  };

  const end = await loop().catch((thrown: unknown): LoopEnd => {
    if (context.signal.aborted) return { why: 'quit' };
    const error = toStiError(thrown);
    return { why: error.code === 'engine-lost' ? 'engine lost' : 'failed', error };
  });
  closing.abort();
  heartbeat.stop();
  await watcher?.close();
  const isLost = end.why === 'engine lost';
  const finish = async () => {
    await running?.close();
    work.abort(new StiError('bug', 'the session is over'));
    const keepFolder = request.keepWorkspace;
    await endWorkspace(engine, workspace, { ok: false, engineLost: isLost, keepFolder, patience: folderMs });
  };
  const goesOn = end.why === 'configuration changed' || end.why === 'ports changed';
  const left = goesOn ? await running?.handOver() : undefined;
  if (left !== undefined) previousApp = endingWith(left, finish);
  else {
    if (previousApp === undefined) ports?.suspend();
    await finish();
  }
  if (isLost) orphan = { name: workspace.name, folder: workspace.folder };
  return { end, carryOver: { progress, ports, previousApp, orphan } };
}

/** A person waits, and can ask again. Whatever else ends sti has no time. */
function isQuit({ reason }: AbortSignal): boolean {
  return reason instanceof StiError && reason.signal === 'SIGINT';
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

/** The reaper may have done it already, if the engine wasn't away for too long. */
async function removeOrphan(engine: Engine, orphan: CarryOver['orphan']): Promise<void> {
  if (orphan === undefined) return;
  await removeSessionObjects(engine, orphan.name);
  await removeFolder(orphan.folder);
}

function onAbort(signal: AbortSignal, action: () => void): void {
  if (signal.aborted) action();
  else signal.addEventListener('abort', action, { once: true });
}

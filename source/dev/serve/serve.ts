import type { Job } from '../../build/job.ts';
import { StiError } from '../../errors.ts';
import { installedRun } from '../../protocol/paths.ts';
import type { App } from '../../run/app.ts';
import type { DevEmit, RunPath } from '../events.ts';
import type { CommittedImage } from '../image/commit.ts';
import type { ImagePublisher } from '../image/publisher.ts';
import type { State } from '../image/state.ts';
import { type BuildInputs, runOf } from '../inputs/inputs.ts';
import type { AppPorts } from '../ports/ports.ts';
import { inSlot, type Slots } from '../schedule/slots.ts';
import type { PoolOptions, Standby, StandbyPool } from '../standby/pool.ts';
import { assembleIn, type Output } from '../standby/prepare.ts';
import { NotInPlace, runImage, runInPlace } from './app.ts';
import { chooseRunPath, mayRunInPlace } from './run-path.ts';
import { untilReady } from './until-ready.ts';
import type { Versions } from './versions.ts';

export interface ServeTools {
  readonly job: Job;
  readonly options: Pick<PoolOptions, 'publish'> & {
    readonly ports: AppPorts;
    readonly devEnv: readonly string[];
    readonly reload: boolean;
    readonly readyTimeout: number;
    readonly once: boolean;
    readonly slots?: Slots;
    readonly emit: DevEmit;
    /** What had taken up the last save by itself has ended, or doesn't answer any more. */
    readonly onBroken: () => void;
  };
  readonly pool: StandbyPool;
  readonly image: ImagePublisher;
  readonly versions: Versions;
}

/** What has come of a standby that a state was to be served from. */
export type ServeOutcome =
  | {
      readonly end: 'served';
      readonly path: RunPath;
      readonly why: string;
      /** Made on the way, not tagged yet; undefined in place. */
      readonly image: CommittedImage | undefined;
      /** Milliseconds. */
      readonly assembleMs: number;
    }
  /** What it was made for isn't possible in it: the state needs another one. */
  | { readonly end: 'unfit' }
  /** Its container is still there, for a look into it. */
  | { readonly end: 'assemble failed'; readonly error: unknown }
  /** A newer state is wanted, or the end. */
  | { readonly end: 'abandoned' };

/** A standby with this state in it. To wait for one is a step; one that is there is nothing to tell. */
export function takeStandby(tools: ServeTools, state: State, abandoned: AbortSignal): Promise<Standby> {
  const { job, pool } = tools;
  const toRun = mayRunInPlace(state.inputs, job.request);
  const take = async () => {
    const standby = await pool.take(state.opened.tree, { toRun, abandoned });
    const { gate } = standby.container;
    abandoned.addEventListener('abort', () => gate.discard(), { once: true });
    if (abandoned.aborted) gate.discard();
    abandoned.throwIfAborted();
    return standby;
  };
  if (pool.hasMade({ toRun })) return take();
  return job.reporter.step('standby', async () => {
    const value = await take().catch((error: unknown) => {
      throw abandoned.aborted ? new StiError('assemble', 'stopped', { cause: error }) : error;
    });
    return { summary: 'prepared', value };
  });
}

/**
 * The way of a save (docs/architecture.md): a standby with this state assembles, becomes or is followed by the application,
 * and is served once that is ready.
 */
export async function serveFrom(
  tools: ServeTools,
  standby: Standby,
  state: State,
  abandoned: AbortSignal,
): Promise<ServeOutcome> {
  const { job, options, pool, image: publisher, versions } = tools;
  const { container, ownLayer } = standby;
  const once = options.once && !ownLayer && job.checked.tag !== null;
  let output: Output;
  let assembleMs = 0;
  try {
    const began = Date.now();
    output = await assemble(tools, standby, state, abandoned);
    assembleMs = Date.now() - began;
  } catch (error) {
    return abandoned.aborted ? { end: 'abandoned' } : { end: 'assemble failed', error };
  }
  let choice = chooseRunPath(state.inputs, { request: job.request, transport: container.delivery.name, once });
  let image: CommittedImage | undefined;
  const imageFirst = async () => {
    image = await publisher.commit(state, standby, output).catch((error: unknown) => {
      container.gate.discard();
      throw error;
    });
    return startImage(tools, image);
  };
  const start = () => (choice.path === 'in place' ? startInPlace(tools, standby, state) : imageFirst());
  let app: App;
  try {
    app = await job.reporter.step('run', async () => {
      const started = await start().catch((error: unknown) => {
        if (!(error instanceof NotInPlace) || ownLayer) throw error;
        choice = { path: 'image first', why: error.message };
        return imageFirst();
      });
      await untilReady(started, { ...options, ...job }, abandoned);
      return { summary: `ready · ${choice.path}: ${choice.why}`, value: started };
    });
  } catch (error) {
    if (image !== undefined) void publisher.discard(image);
    if (!(error instanceof NotInPlace)) throw error;
    pool.leaveOwnLayer();
    container.gate.discard();
    return { end: 'unfit' };
  }
  if (!switchUnless(abandoned, job, versions, app, state.cycle)) {
    if (image !== undefined) void publisher.discard(image);
    return { end: 'abandoned' };
  }
  return { end: 'served', ...choice, image, assembleMs };
}

/** Resolves to whether it is served: not when something newer is wanted, or the end. */
export function switchUnless(abandoned: AbortSignal, job: Job, versions: Versions, app: App, cycle: number): boolean {
  if (abandoned.aborted || job.signal.aborted) {
    app.stop().catch(() => {});
    return false;
  }
  versions.switchTo(app, cycle);
  return true;
}

function assemble(
  { job, options: { slots, emit } }: ServeTools,
  standby: Standby,
  state: State,
  abandoned: AbortSignal,
): Promise<Output> {
  const tellWaiting = () => void emit({ type: 'cycle-waiting', at: Date.now(), cycle: state.cycle });
  const work = () => assembleIn(job, standby, state);
  return inSlot(slots, abandoned, work, tellWaiting);
}

function startInPlace({ job, options }: ServeTools, standby: Standby, { inputs }: State): Promise<App> {
  const { entrypoint, workingDir } = inputs.base.image.config;
  const start = { entrypoint, runPath: runPathOf(inputs), workingDir, env: options.devEnv };
  return runInPlace(job, standby, start, job.reporter.output('run'));
}

/** With what the containers of the build have beside the image: it is one of them that runs in place. */
export async function startImage(
  { job, options }: ServeTools,
  { imageId }: Pick<CommittedImage, 'imageId'>,
): Promise<App> {
  const image = await job.engine.inspectImage(imageId);
  if (image === undefined) throw new StiError('app', 'the image has been removed');
  const command = [...image.config.entrypoint, ...image.config.cmd];
  const { container: settings, volumes: mounts = [] } = job.request;
  const start = { imageId, command, env: options.devEnv, publish: options.publish, settings, mounts };
  return runImage(job, start, job.reporter.output('run'));
}

export function runPathOf(inputs: BuildInputs): string {
  const run = runOf(inputs);
  return run.content === undefined ? run.path : installedRun;
}

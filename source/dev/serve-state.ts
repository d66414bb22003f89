import { type Assembled, assembleStage } from '../build/assemble.ts';
import type { Job } from '../build/job.ts';
import type { ResolvedScript } from '../build/scripts.ts';
import { StiError } from '../errors.ts';
import { installedRun } from '../protocol/paths.ts';
import { type App, NotInPlace, runImage, runInPlace } from './app.ts';
import type { DevEmit, RunPath } from './events.ts';
import type { CommittedImage, ImageKeeper, State } from './image-keeper.ts';
import type { Ports } from './ports.ts';
import { chooseRunPath, longAssemble, mayRunInPlace } from './run-path.ts';
import { inSlot, type Slots } from './slots.ts';
import type { PoolOptions, Standby, StandbyPool } from './standby-pool.ts';
import { untilReady } from './until-ready.ts';
import type { Versions } from './versions.ts';

export interface ServeTools {
  readonly job: Job;
  readonly options: PoolOptions & {
    readonly ports: Ports;
    readonly readyTimeout: number;
    readonly slots?: Slots;
    readonly emit: DevEmit;
  };
  readonly pool: StandbyPool;
  readonly image: ImageKeeper;
  readonly versions: Versions;
  /** The state has got a container, and assemble begins. */
  readonly onOpened: () => void;
  /** Takes over a container whose assemble failed, for a look into it. */
  readonly keepFailed: (standby: Standby) => void;
}

export interface Served {
  readonly path: RunPath;
  readonly why: string;
  /** Made on the way, not tagged yet; undefined in place. */
  readonly image: CommittedImage | undefined;
}

/**
 * The way of a save (ARCHITECTURE.md): a standby with this state assembles, becomes or is followed by the application,
 * and is served once that is ready. Resolves to undefined when it was abandoned meanwhile.
 */
export async function serveState(tools: ServeTools, state: State, abandoned: AbortSignal): Promise<Served | undefined> {
  const { job, options, pool, image: keeper, versions } = tools;
  const { builder } = state.preparation;
  const { config } = builder.image;
  const { assembleUser, destination } = builder.spec;
  const standby = await takeStandby(tools, state, abandoned);
  const { place, ownLayer } = standby;
  abandoned.addEventListener('abort', () => place.standby.discard(), { once: true });
  if (abandoned.aborted) place.standby.discard();
  abandoned.throwIfAborted();
  tools.onOpened();
  const assembled = await assemble(tools, standby, state, abandoned);
  // Of no use where assemble takes long even so, for then it isn't to be done twice.
  if (ownLayer && assembled.ms > longAssemble) pool.leaveOwnLayer();
  const transport = place.transport.name;
  const assembleMs = ownLayer ? 0 : assembled.ms;
  let choice = chooseRunPath({ config, assembleUser, destination, transport, assembleMs });
  let image: CommittedImage | undefined;
  const imageFirst = async () => {
    image = await keeper.commit(state, standby, assembled);
    return startImage(tools, state, image);
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
      await untilReady(started, options, abandoned);
      return { summary: `ready · ${choice.path}: ${choice.why}`, value: started };
    });
  } catch (error) {
    if (image !== undefined) void keeper.drop(image);
    if (!(error instanceof NotInPlace)) throw error;
    pool.leaveOwnLayer();
    place.standby.discard();
    return serveState(tools, state, abandoned);
  }
  if (abandoned.aborted || job.signal.aborted) {
    app.stop().catch(() => {});
    if (image !== undefined) void keeper.drop(image);
    return undefined;
  }
  versions.switchTo(app, state.cycle);
  return { ...choice, image };
}

/** To wait for one is a step; one that is there is nothing to tell. */
function takeStandby({ job, pool }: ServeTools, state: State, abandoned: AbortSignal): Promise<Standby> {
  const toRun = mayRunInPlace(state.preparation);
  const take = () => pool.take(state.opened.tree, { toRun, abandoned });
  if (pool.hasMade({ toRun })) return take();
  return job.reporter.step('standby', async () => {
    const value = await take().catch((error: unknown) => {
      throw abandoned.aborted ? new StiError('assemble', 'stopped', { cause: error }) : error;
    });
    return { summary: 'prepared', value };
  });
}

async function assemble(
  { job, options, keepFailed }: ServeTools,
  standby: Standby,
  { preparation, cycle }: State,
  abandoned: AbortSignal,
): Promise<Assembled> {
  const { slots, emit } = options;
  const tellWaiting = () => void emit({ type: 'cycle-waiting', at: Date.now(), cycle });
  const work = () => assembleStage(job, standby.place, preparation.assemble, preparation.builder.image);
  try {
    return await inSlot(slots, abandoned, work, tellWaiting);
  } catch (error) {
    if (abandoned.aborted) standby.place.standby.discard();
    else keepFailed(standby);
    throw error;
  }
}

function startInPlace({ job }: ServeTools, standby: Standby, { preparation: { run } }: State): Promise<App> {
  return runInPlace(job, standby, runPathOf(run), job.reporter.output('run'));
}

function startImage({ job, options }: ServeTools, { preparation }: State, { imageId }: CommittedImage): Promise<App> {
  const { run, builder } = preparation;
  const command = [...builder.image.config.entrypoint, runPathOf(run)];
  return runImage(job, imageId, command, job.reporter.output('run'), options.publish);
}

function runPathOf(run: ResolvedScript): string {
  return run.content === undefined ? run.path : installedRun;
}

import { type Assembled, assembleStage } from '../build/assemble.ts';
import type { Job } from '../build/job.ts';
import { installedRun } from '../protocol/paths.ts';
import { type App, runImage, runInPlace } from './app.ts';
import type { RunPath } from './events.ts';
import type { CommittedImage, ImageKeeper, State } from './image-keeper.ts';
import type { Ports } from './ports.ts';
import { chooseRunPath } from './run-path.ts';
import { inSlot, type Slots } from './slots.ts';
import type { PoolOptions, Standby, StandbyPool } from './standby-pool.ts';
import { untilReady } from './until-ready.ts';
import type { Versions } from './versions.ts';

export interface ServeTools {
  readonly job: Job;
  readonly options: PoolOptions & { readonly ports: Ports; readonly readyTimeout: number; readonly slots?: Slots };
  readonly pool: StandbyPool;
  readonly image: ImageKeeper;
  readonly versions: Versions;
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
  const standby = await pool.take(state.opened.tree);
  const { place } = standby;
  abandoned.addEventListener('abort', () => place.standby.discard(), { once: true });
  if (abandoned.aborted) place.standby.discard();
  abandoned.throwIfAborted();
  const assembled = await assemble(tools, standby, state, abandoned);
  const { path, why } = chooseRunPath({
    config: builder.image.config,
    assembleUser: builder.spec.assembleUser,
    transport: place.transport.name,
    assembleMs: assembled.ms,
  });
  const image = path === 'image first' ? await keeper.commit(state, place, assembled) : undefined;
  let app: App;
  try {
    app = await job.reporter.step('run', async () => {
      const started = await start(tools, standby, state, image);
      await untilReady(started, options, abandoned);
      return { summary: `ready · ${path}: ${why}`, value: started };
    });
  } catch (error) {
    if (image !== undefined) void keeper.drop(image);
    throw error;
  }
  if (abandoned.aborted || job.signal.aborted) {
    app.stop().catch(() => {});
    if (image !== undefined) void keeper.drop(image);
    return undefined;
  }
  versions.switchTo(app, state.cycle);
  return { path, why, image };
}

async function assemble(
  { job, options, keepFailed }: ServeTools,
  standby: Standby,
  { preparation }: State,
  abandoned: AbortSignal,
): Promise<Assembled> {
  try {
    return await inSlot(options.slots, abandoned, () =>
      assembleStage(job, standby.place, preparation.assemble, preparation.builder.image),
    );
  } catch (error) {
    if (abandoned.aborted) standby.place.standby.discard();
    else keepFailed(standby);
    throw error;
  }
}

function start(
  { job, options }: ServeTools,
  standby: Standby,
  { preparation }: State,
  image: CommittedImage | undefined,
): Promise<App> {
  const output = job.reporter.output('run');
  const { run, builder } = preparation;
  const path = run.content === undefined ? run.path : installedRun;
  if (image === undefined) return runInPlace(job, standby, path, output);
  return runImage(job, image.imageId, [...builder.image.config.entrypoint, path], output, options.publish);
}

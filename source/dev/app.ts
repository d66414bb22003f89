import { mkdtempSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../build/job.ts';
import { LastLines } from '../build/last-lines.ts';
import type { OutputSink } from '../build/standby.ts';
import type { ContainerDetails, ContainerSpec } from '../engine/engine.ts';
import { StiError } from '../errors.ts';
import { whatGoes } from './run-path.ts';
import type { Standby } from './standby-pool.ts';

/** The application of one cycle: a container that runs it. */
export interface App {
  readonly containerId: string;
  /** What the engine said of it when it had started. */
  readonly details: ContainerDetails;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<{ readonly exitCode: number }>;
  readonly lastLines: () => readonly string[];
  /** Ends it with the image's stop signal and a grace time. */
  stop(): Promise<void>;
}

const notTakenOut = 'the source could not be taken out of the container again';

/** Seconds between the stop signal and the kill, as `docker stop` has it. */
const grace = 10;

/**
 * The container that assembled can't become the application; the message says why, in words. It can still be committed:
 * all that a commit reads is in it.
 */
export class NotInPlace extends Error {}

/**
 * The container that assembled becomes the application; what a build puts into it is gone from its sight before.
 * Rejects with {@link NotInPlace} when that isn't possible.
 */
export async function runInPlace(job: Job, standby: Standby, runPath: string, output: OutputSink): Promise<App> {
  const { place, details } = standby;
  await takeOut(standby, runPath, job.session.folder);
  const { engine } = job;
  const containerId = place.standby.id;
  const last = new LastLines();
  const exited = engine.wait(containerId).catch(() => ({ exitCode: 137 }));
  const over = place.standby.exec(runPath, last.tap(output));
  return appOf(
    job,
    details,
    over.then(() => exited),
    last,
  );
}

/** A container of a committed image, as `docker run` would start it. */
export async function runImage(
  job: Job,
  imageId: string,
  command: readonly string[],
  output: OutputSink,
  publish: ContainerSpec['publish'],
): Promise<App> {
  const { engine, session } = job;
  const last = new LastLines();
  const containerId = await engine.createContainer({
    name: session.containerName('app'),
    image: imageId,
    command,
    env: [],
    mounts: [],
    labels: { 'io.sti.session': session.name },
    ...(publish && { publish }),
    interactive: false,
  });
  const attachment = await engine.attach(containerId);
  const tapped = last.tap(output);
  const read = async () => {
    for await (const { stream, bytes } of attachment.output) await tapped(stream, bytes);
  };
  const reading = read().catch(() => {});
  const exited = engine.wait(containerId).catch(() => ({ exitCode: 137 }));
  await engine.start(containerId);
  const details = await engine.inspectContainer(containerId);
  if (details === undefined) throw new StiError('app', 'the application is not there any more');
  // Not before it was looked at.
  const ended = Promise.all([exited, reading]).then(async ([exit]) => {
    await engine.removeContainer(containerId).catch(() => {});
    return exit;
  });
  return appOf(job, details, ended, last);
}

function appOf(job: Job, details: ContainerDetails, ended: App['ended'], last: LastLines): App {
  const containerId = details.id;
  return {
    containerId,
    details,
    ended,
    lastLines: () => last.lines,
    async stop() {
      await job.engine.stop(containerId, grace);
      await ended;
    },
  };
}

/** Takes `/tmp/src` and the like out of a container, as far as a container of the image wouldn't have them. */
async function takeOut({ place, reclaim }: Standby, runPath: string, folder: string): Promise<void> {
  const { stage, standby, destination, imageNames, placedNames } = place;
  const { names, elsewhere, obstacle } = whatGoes({ destination, imageNames, placedNames, runPath });
  if (obstacle !== undefined) throw new NotInPlace(obstacle);
  if (stage !== undefined) {
    const away = moveAway(stage, names, folder);
    reclaim(away).catch(() => {});
  }
  const paths = [...(stage === undefined ? names.map((name) => place.path(name)) : []), ...elsewhere];
  if (paths.length > 0 && !(await standby.clear(paths))) throw new NotInPlace(notTakenOut);
}

/** Moved, since removing takes longer; a turn of the event loop for each would cost more than all of them. Gives where they are. */
function moveAway(stage: string, names: readonly string[], folder: string): string {
  const away = mkdtempSync(join(folder, 'away-'));
  const present = new Set(readdirSync(stage));
  try {
    for (const name of names) if (present.has(name)) renameSync(join(stage, name), join(away, name));
    return away;
  } catch (cause) {
    throw new NotInPlace(notTakenOut, { cause });
  }
}

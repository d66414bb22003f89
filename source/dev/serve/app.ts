import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildContainer } from '../../build/container/container.ts';
import type { BoundFolders } from '../../build/container/delivery/bind.ts';
import type { Gate } from '../../build/container/gate.ts';
import type { Job } from '../../build/job.ts';
import type { ScriptOutput } from '../../build/output/stream.ts';
import type { ContainerDetails } from '../../engine/engine.ts';
import { type App, appOf, type ImageStart, startImage } from '../../run/app.ts';
import { hasCode } from '../../tree/file-errors.ts';
import type { Standby } from '../standby/pool.ts';
import { filesToRemove } from './run-path.ts';

const notTakenOut = 'the source could not be taken out of the container again';

/**
 * The container that assembled can't become the application; the message says why, in words. It can still be committed:
 * all that a commit reads is in it.
 */
export class NotInPlace extends Error {}

/** What a container of the image begins with. */
export interface Beginning {
  readonly entrypoint: readonly string[];
  readonly runPath: string;
  readonly workingDir: string;
  /** `NAME=VALUE`, beside the container's own. */
  readonly env: readonly string[];
}

/**
 * The container that assembled becomes the application; what a build puts into it is gone from its sight before.
 * Rejects with {@link NotInPlace} when that isn't possible.
 */
export async function runInPlace(
  job: Job,
  standby: Standby,
  { entrypoint, runPath, workingDir, env }: Beginning,
  output: ScriptOutput,
): Promise<App> {
  const { container, details } = standby;
  // The one that the container began in may be another by now.
  if (!(await container.gate.cd(workingDir || '/'))) throw new NotInPlace('assemble took the working folder away');
  await takeOut(container, runPath);
  return runGated(job, { gate: container.gate, details }, withEnvironment([...entrypoint, runPath], env), output);
}

/** By a shell, since it is the one program that every builder image has; it leaves nothing of its own behind. */
function withEnvironment(command: readonly string[], env: readonly string[]): readonly string[] {
  if (env.length === 0) return command;
  const set = 'while [ "$1" != -- ]; do export "$1"; shift; done; shift; unset PWD OLDPWD SHLVL _; exec "$@"';
  return ['/bin/sh', '-c', set, 'sh', ...env, '--', ...command];
}

/** A container that waits at its gate becomes the command. */
export function runGated(
  job: Job,
  { gate, details }: { readonly gate: Gate; readonly details: ContainerDetails },
  command: readonly string[],
  output: ScriptOutput,
): App {
  const exited = job.engine.wait(gate.id).catch(() => null);
  const over = gate.exec(command, output.sink).finally(output.end);
  return appOf(
    job.engine,
    details,
    over.then(() => exited),
    output,
  );
}

/** A container of a committed image, as `docker run` would start it. */
export async function runImage(job: Job, start: ImageStart, output: ScriptOutput): Promise<App> {
  const { workspace } = job;
  const { app } = await workspace.begin(async () => {
    const app = await startImage(job, start, output);
    return { app, discard: () => void app.stop().catch(() => {}), removed: app.ended.then(() => {}) };
  });
  return app;
}

/** Takes `/tmp/src` and the like out of a container, as far as a container of the image wouldn't have them. */
async function takeOut(container: BuildContainer, runPath: string): Promise<void> {
  const { bound, gate, destination, imageNames, placedNames } = container;
  const { names, elsewhere, obstacle } = filesToRemove({ destination, imageNames, placedNames, runPath });
  if (obstacle !== undefined) throw new NotInPlace(obstacle);
  if (bound !== undefined) moveOut(bound, names);
  const paths = [...(bound === undefined ? names.map((name) => container.path(name)) : []), ...elsewhere];
  if (paths.length > 0 && !(await gate.clear(paths))) throw new NotInPlace(notTakenOut);
}

/**
 * Moved out of the container's sight, since removing takes longer and isn't safe while it lives. A turn of the event loop
 * for each would cost more than all of them.
 */
function moveOut({ stage, taken }: BoundFolders, names: readonly string[]): void {
  try {
    mkdirSync(taken);
    for (const name of names) moveIfThere(join(stage, name), join(taken, name));
  } catch (cause) {
    throw new NotInPlace(notTakenOut, { cause });
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

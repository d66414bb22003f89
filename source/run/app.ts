import type { Job } from '../build/job.ts';
import type { ScriptOutput } from '../build/output/stream.ts';
import type { ContainerDetails, ContainerSpec } from '../engine/engine.ts';
import { StiError } from '../errors.ts';

/** An application: a container that runs it. */
export interface App {
  readonly containerId: string;
  /** What the engine said of it when it had started. */
  readonly details: ContainerDetails;
  /** Resolves when it has ended, however; to null when the engine went away before it could say how. */
  readonly ended: Promise<{ readonly exitCode: number } | null>;
  readonly lastLines: () => readonly string[];
  /** Ends it with the image's stop signal and a grace time. */
  stop(): Promise<void>;
}

/** Seconds between the stop signal and the kill, as `docker stop` has it. */
export const grace = 10;

/** What is started of an image; `command` has its entrypoint too. */
export interface ImageStart {
  readonly imageId: string;
  readonly command: readonly string[];
  /** `NAME=VALUE`, beside the image's. */
  readonly env?: readonly string[];
  readonly publish: ContainerSpec['publish'];
  readonly settings?: ContainerSpec['settings'];
  readonly mounts?: ContainerSpec['mounts'];
}

/** A container of an image, as `docker run` would start it; it is gone when the session is over. */
export async function beginImage(
  job: Pick<Job, 'engine' | 'workspace'>,
  image: ImageStart,
  output: ScriptOutput,
): Promise<App> {
  const { engine, workspace } = job;
  const { app } = await workspace.begin(async () => {
    const app = await startImage(job, image, output);
    // Nobody waits for an application that nobody wants to hear of any more.
    const discard = () => void engine.removeContainer(app.containerId).catch(() => {});
    // Where somebody else asked for it before, the engine answers at once, and its image is still in use.
    const gone = () => engine.waitRemoved(app.containerId);
    const removed = app.ended.then(() => engine.removeContainer(app.containerId)).then(gone);
    return { app, discard, removed };
  });
  return app;
}

/** To be called where a container begins (`Workspace.begin`). */
export async function startImage(
  { engine, workspace }: Pick<Job, 'engine' | 'workspace'>,
  { imageId, command, env = [], publish, settings, mounts = [] }: ImageStart,
  output: ScriptOutput,
): Promise<App> {
  const containerId = await engine.createContainer({
    name: workspace.containerName('app'),
    image: imageId,
    command,
    env,
    mounts,
    settings,
    labels: { 'io.sti.session': workspace.name },
    ...(publish && { publish }),
    interactive: false,
  });
  try {
    const attachment = await engine.attach(containerId);
    const read = async () => {
      for await (const { stream, bytes } of attachment.output) await output.sink(stream, bytes);
    };
    const reading = read()
      .finally(output.end)
      .catch(() => {});
    const exited = engine.wait(containerId).catch(() => null);
    await engine.start(containerId);
    const details = await engine.inspectContainer(containerId);
    if (details === undefined) throw new StiError('app', 'the container of the application is gone');
    // Not before it was looked at.
    const ended = Promise.all([exited, reading]).then(async ([exit]) => {
      await engine.removeContainer(containerId).catch(() => {});
      return exit;
    });
    return appOf(engine, details, ended, output);
  } catch (error) {
    await engine.removeContainer(containerId).catch(() => {});
    throw error;
  }
}

export function appOf(
  engine: Pick<Job['engine'], 'stop'>,
  details: ContainerDetails,
  ended: App['ended'],
  { lastLines }: ScriptOutput,
): App {
  const containerId = details.id;
  return {
    containerId,
    details,
    ended,
    lastLines,
    async stop() {
      await engine.stop(containerId, grace);
      await ended;
    },
  };
}

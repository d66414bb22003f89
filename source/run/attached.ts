import { engineLost } from '../build/container/failures.ts';
import type { HostEnvironment } from '../build/context.ts';
import type { OutputPiece } from '../build/events.ts';
import type { Job } from '../build/job.ts';
import { createOutput } from '../build/output/stream.ts';
import { endWorkspace } from '../build/workspace/end.ts';
import { openWorkspace } from '../build/workspace/workspace.ts';
import type { Engine } from '../engine/engine.ts';
import { StiError } from '../errors.ts';
import { addressingOf } from './addressing.ts';
import { type App, beginImage } from './app.ts';
import { portWishes } from './wishes.ts';

/** What is said of an application that runs attached. `at` is milliseconds since the epoch, `ms` a duration. */
export type RunEvent =
  | { readonly type: 'run-started'; readonly at: number; readonly ports: readonly PublishedPort[] }
  | ({ readonly type: 'log'; readonly at: number; readonly step: 'run' } & OutputPiece)
  /** `exitCode` is the application's own; null: it was stopped, or never ran, and `error` says why. */
  | {
      readonly type: 'run-finished';
      readonly at: number;
      readonly ms: number;
      readonly exitCode: number | null;
      readonly error: StiError | null;
    };

/** A port of the application, and where it answers: `127.0.0.1:49153`. */
interface PublishedPort {
  readonly container: number;
  readonly address: string;
}

const loopback = '127.0.0.1';

type RunEmit = (event: RunEvent) => void | Promise<void>;

/**
 * Runs an image to its end, as `docker run --rm -P` does, and resolves to the application's exit code once its container is
 * gone. An abort stops it by its stop signal, with a grace time; then it rejects with the signal's reason.
 */
export async function runImage(
  imageId: string,
  host: HostEnvironment,
  connect: () => Promise<Engine>,
  emit: RunEmit,
): Promise<number> {
  const engine = await connect();
  const workspace = await openWorkspace(host);
  let error: unknown;
  try {
    return await runAttached({ ...host, engine, workspace }, imageId, emit);
  } catch (thrown) {
    error = thrown;
    throw thrown;
  } finally {
    const engineLost = error instanceof StiError && error.code === 'engine-lost';
    await endWorkspace(engine, workspace, { ok: error === undefined, engineLost, keepFolder: false });
    engine.close();
  }
}

async function runAttached(
  job: Pick<Job, 'engine' | 'workspace' | 'secrets' | 'signal'>,
  imageId: string,
  emit: RunEmit,
): Promise<number> {
  const { engine, signal } = job;
  const image = await engine.inspectImage(imageId, signal);
  if (image === undefined) throw new StiError('app', 'the image has been removed', { hint: 'Build it again.' });
  const { entrypoint, cmd } = image.config;
  const ports = portWishes(image.config, { ports: [], debugPorts: [] }).map(({ container }) => container);
  const addressing = addressingOf(engine.about);
  const { host, on } = addressing.by === 'published' ? addressing : { host: loopback, on: loopback };
  const output = createOutput(job.secrets, (piece) => emit({ type: 'log', at: Date.now(), step: 'run', ...piece }));
  const start = { imageId: image.id, command: [...entrypoint, ...cmd], publish: { ports, on } };
  signal.throwIfAborted();
  const app = await beginImage(job, start, output).catch(notStarted);
  const stopped = stopOnAbort(app, signal);
  const published = [...app.details.published].sort(([one], [other]) => one - other);
  const addresses = published.map(([container, port]) => ({ container, address: `${host}:${port}` }));
  await emit({ type: 'run-started', at: Date.now(), ports: addresses });
  const end = await app.ended;
  stopped();
  signal.throwIfAborted();
  if (end === null) throw engineLost('it did not say how the application ended');
  return end.exitCode;
}

/** @returns what takes the listener away */
function stopOnAbort(app: App, signal: AbortSignal): () => void {
  const stop = () => void app.stop().catch(() => {});
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  return () => signal.removeEventListener('abort', stop);
}

function notStarted(error: unknown): never {
  if (!(error instanceof StiError) || error.code !== 'engine-failed') throw error;
  throw new StiError('app', `the image is built, but the application can't be started: ${error.message}`, {
    cause: error,
    hint: 'Check whether the run script is there and can be run: sti build --verbose names it.',
  });
}

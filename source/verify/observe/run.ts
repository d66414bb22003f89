import { engineLost } from '../../build/container/failures.ts';
import type { BuildContext } from '../../build/context.ts';
import type { Workspace } from '../../build/workspace/workspace.ts';
import type { ImageDetails } from '../../engine/engine.ts';
import { messageOf, StiError } from '../../errors.ts';
import { addressingOf, reachableUpstream } from '../../run/addressing.ts';
import { type App, beginImage, grace } from '../../run/app.ts';
import { explainSilence } from '../../run/listeners.ts';
import { readinessProbe, waitReady } from '../../run/readiness.ts';
import { type PortWish, portWishes } from '../../run/wishes.ts';
import { timeLimit } from '../../time-limit.ts';
import { normalise } from '../normalise.ts';
import type { LiveObservation, ResponseObservation, RunObservation } from '../observation.ts';
import type { VerifyRequest } from '../request.ts';
import { ask } from './ask.ts';
import { readListeners, readProcess, runCommand } from './inside.ts';
import { type KeptOutput, keepOutput } from './output.ts';

export interface RunTools extends Pick<BuildContext, 'engine' | 'secrets' | 'signal'> {
  readonly workspace: Workspace;
}

/** An application without a port that lives this long doesn't end by itself; milliseconds. */
const aliveFor = 2_000;

/** Starts an application as `docker run` would, asks what it is asked, and stops it. */
export async function observeRun(
  tools: RunTools,
  image: ImageDetails,
  asked: Pick<VerifyRequest, 'requests' | 'commands' | 'ports' | 'readyPath' | 'readyTimeout'>,
): Promise<RunObservation> {
  const { signal } = tools;
  const wishes = portWishes(image.config, { ports: asked.ports, debugPorts: [] });
  const output = keepOutput(tools.secrets);
  const began = performance.now();
  const app = await start(tools, image, wishes, output);
  if (app instanceof StiError) return neverStarted(app);
  const exit = { isOver: false };
  const ended = app.ended.then((end) => {
    exit.isOver = true;
    return end;
  });
  const started = await untilStarted(tools, app, wishes, asked);
  const startMs = performance.now() - began;
  const live = started.how === 'ready' ? await observeLive(tools, app, wishes, asked) : undefined;
  signal.throwIfAborted();
  const stopping = performance.now();
  const byItself = exit.isOver;
  if (!byItself) await app.stop();
  const end = await ended;
  const ms = performance.now() - stopping;
  if (end === null) throw engineLost('it did not say how the application ended');
  const { exitCode } = end;
  const how = byItself ? 'by itself' : exitCode === 137 && ms >= grace * 1000 ? 'killed' : 'by its stop signal';
  const { stdout, stderr } = output;
  return { start: started, startMs, end: { how, ms }, exitCode, stdout, stderr, live };
}

async function start(
  { engine, workspace }: RunTools,
  { id, config }: ImageDetails,
  wishes: readonly PortWish[],
  output: KeptOutput,
): Promise<App | StiError> {
  const addressing = addressingOf(engine.about);
  const ports = wishes.map(({ container }) => container);
  const publish = addressing.by === 'published' ? { ports, on: addressing.on } : undefined;
  try {
    const command = [...config.entrypoint, ...config.cmd];
    return await beginImage({ engine, workspace }, { imageId: id, command, publish }, output);
  } catch (error) {
    // What the image names can't be run.
    if (error instanceof StiError && error.code === 'engine-failed') return error;
    throw error;
  }
}

function neverStarted(error: StiError): RunObservation {
  const start = { how: 'refused', why: normalise(messageOf(error.cause ?? error)) } as const;
  const end = { how: 'by itself', ms: 0 } as const;
  return { start, startMs: 0, end, exitCode: 0, stdout: [], stderr: [], live: undefined };
}

/** As `sti dev` waits for it. */
async function untilStarted(
  { engine, signal }: RunTools,
  { details, ended, containerId }: App,
  wishes: readonly PortWish[],
  { readyPath, readyTimeout }: Pick<VerifyRequest, 'readyPath' | 'readyTimeout'>,
): Promise<RunObservation['start']> {
  const limit = timeLimit(readyTimeout, signal);
  const [first] = wishes;
  const ready = async (): Promise<RunObservation['start']> => {
    const probe = readinessProbe(addressingOf(engine.about), details, first?.container, readyPath);
    await waitReady(probe, { signal: limit.signal, aliveFor });
    return { how: 'ready' };
  };
  const over = ended.then((): RunObservation['start'] => ({ how: 'ended' }));
  try {
    // A container that has ended has no address to ask at.
    return await (details.running ? Promise.race([ready(), over]) : over);
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.isOver()) throw error;
    const listeners = await readListeners(engine, containerId, signal);
    const ports = wishes.map(({ container }) => container);
    const why = first === undefined ? '' : `, ${normalise(explainSilence(first, listeners, ports))}`;
    return { how: 'silent', why: `within ${readyTimeout / 1000} s${why}` };
  } finally {
    limit.close();
  }
}

/** One after the other: what is asked first may change what is answered later. */
async function observeLive(
  { engine, signal }: RunTools,
  app: App,
  wishes: readonly PortWish[],
  { requests, commands }: Pick<VerifyRequest, 'requests' | 'commands'>,
): Promise<LiveObservation> {
  const { containerId: id, details } = app;
  const [first] = wishes;
  const responses: ResponseObservation[] = [];
  if (first !== undefined) {
    const upstream = reachableUpstream(addressingOf(engine.about), details, first.container);
    for (const request of requests) responses.push(await ask(upstream, request, signal));
  }
  const [listeners, process] = await Promise.all([readListeners(engine, id, signal), readProcess(engine, id, signal)]);
  const observed = [];
  for (const command of commands) observed.push(await runCommand(engine, id, command, signal));
  return { responses, commands: observed, listeners, process };
}

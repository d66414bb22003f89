import type { Engine } from '../engine/engine.ts';
import { messageOf, type StiError, toStiError } from '../errors.ts';
import { redactorFor } from '../protocol/redact.ts';
import { openCache } from './cache.ts';
import { callbackBody, Messages, postCallback } from './callback.ts';
import { checkRequest } from './check-request.ts';
import type { BuildContext, BuildWorld } from './context.ts';
import { endSession } from './end-session.ts';
import type { BuildOutcome, BuildResult, Emit } from './events.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { CheckedRequest } from './job.ts';
import { sweepDeadSessions } from './reap.ts';
import { createReporter, type Reporter } from './reporter.ts';
import type { BuildRequest } from './request.ts';
import { runBuild } from './run-build.ts';
import { openSession } from './session.ts';
import { TaskGroup } from './task-group.ts';

/** Bytes that saved artifacts and image facts may take in the user's cache folder. */
const cacheLimit = 2 * 1024 ** 3;

interface BuildRecord {
  readonly reporter: Reporter;
  /** Of what it has reported: the steps that went well. */
  readonly steps: BuildResult['steps'];
}

/**
 * One build, from a request to a tagged image. Never rejects: what goes wrong, an engine that isn't there included, is
 * the outcome. Emits every event of the build, `build-finished` last, and leaves nothing behind.
 */
export async function build(
  request: BuildRequest,
  world: BuildWorld,
  connect: () => Promise<Engine>,
): Promise<BuildOutcome> {
  const started = Date.now();
  const messages = new Messages();
  const steps: BuildResult['steps'][number][] = [];
  const emit: Emit = (event) => {
    if (event.type === 'step-finished' && event.ok) steps.push({ name: event.step, ms: event.ms });
    if (request.callbackUrl !== undefined) messages.add(event);
    return world.emit(event);
  };
  const tag = request.tag ?? null;
  await emit({ type: 'build-started', at: started, source: request.source, builder: request.builder, tag });
  const reporter = createReporter(emit);
  const outcome = await attempt(request, { ...world, emit }, connect, { reporter, steps });
  if (request.callbackUrl !== undefined) {
    const cancelled = !outcome.ok && outcome.error.code === 'cancelled';
    const body = callbackBody(outcome, messages, redactorFor([...request.envFile, ...request.env]));
    const problem = await postCallback(request.callbackUrl, body, cancelled);
    if (problem !== undefined) reporter.warn(problem);
  }
  const at = Date.now();
  await emit({ type: 'build-finished', at, ms: at - started, outcome });
  return outcome;
}

async function attempt(
  request: BuildRequest,
  world: BuildWorld,
  connect: () => Promise<Engine>,
  record: BuildRecord,
): Promise<BuildOutcome> {
  let engine: Engine | undefined;
  try {
    const checked = checkRequest(request, world.cwd);
    engine = await connect();
    return await buildOn({ ...world, engine }, request, checked, record);
  } catch (thrown) {
    return { ok: false, error: toStiError(world.signal.aborted ? world.signal.reason : thrown), tagKept: null };
  } finally {
    engine?.close();
  }
}

async function buildOn(
  context: BuildContext,
  request: BuildRequest,
  checked: CheckedRequest,
  { reporter, steps }: BuildRecord,
): Promise<BuildOutcome> {
  const { engine } = context;
  const heartbeat = startHeartbeat(engine);
  const tasks = new TaskGroup(AbortSignal.any([context.signal, heartbeat.signal]));
  const session = await openSession(context);
  const cache = openCache(context.cacheDir);
  const job = { ...context, request, checked, session, reporter, tasks, signal: tasks.signal, cache };
  let outcome: BuildOutcome;
  try {
    const sweep = sweepDeadSessions(engine, context).catch(() => {});
    const result = await runBuild(job);
    await Promise.all([cache.trim(cacheLimit), sweep]);
    outcome = { ok: true, result: { ...result, steps } };
  } catch (thrown) {
    await tasks.settle();
    // What everything was aborted for is the cause; what failed here and there because of that is noise.
    const error = toStiError(tasks.signal.aborted ? tasks.signal.reason : thrown);
    outcome = { ok: false, error, tagKept: await keptTag(engine, checked, error) };
  } finally {
    heartbeat.stop();
  }
  const end = { ok: outcome.ok, engineLost: !outcome.ok && outcome.error.code === 'engine-lost' };
  try {
    const kept = await endSession(engine, session, { ...end, keepFolder: request.keepWorkspace });
    if (kept !== undefined) reporter.warn(`the working folder was kept, as asked: ${kept}`);
  } catch (error) {
    reporter.warn(`the working folder ${session.folder} could not be removed: ${messageOf(error)}`);
  }
  return outcome;
}

/** The tag that still names the image from before, after a failure that an engine can be asked about. */
async function keptTag(engine: Engine, { tag }: CheckedRequest, error: StiError): Promise<string | null> {
  if (tag === null || error.code === 'engine-lost') return null;
  const image = await engine.inspectImage(tag).catch(() => undefined);
  return image === undefined ? null : tag;
}

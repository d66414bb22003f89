import { messageOf, type StiError, toStiError } from '../errors.ts';
import { openCache } from './cache.ts';
import { callbackBody, Messages, postCallback } from './callback.ts';
import { checkRequest } from './check-request.ts';
import type { BuildContext } from './context.ts';
import { endSession } from './end-session.ts';
import type { BuildOutcome, Emit } from './events.ts';
import { startHeartbeat } from './heartbeat.ts';
import { sweepDeadSessions } from './reap.ts';
import { createReporter, type Reporter } from './reporter.ts';
import type { BuildRequest } from './request.ts';
import { runBuild } from './run-build.ts';
import { openSession, type Session } from './session.ts';
import { TaskGroup } from './task-group.ts';

/** Bytes that saved artifacts and image facts may take in the user's cache folder. */
const cacheLimit = 2 * 1024 ** 3;

/**
 * One build, from a request to a tagged image. Never rejects: what goes wrong is the outcome. Emits every event of the
 * build, `build-finished` last, and leaves nothing behind.
 */
export async function build(request: BuildRequest, context: BuildContext): Promise<BuildOutcome> {
  const started = Date.now();
  const messages = new Messages();
  const emit: Emit = (event) => {
    if (request.callbackUrl !== undefined) messages.add(event);
    return context.emit(event);
  };
  const tag = request.tag ?? null;
  await emit({ type: 'build-started', at: started, source: request.source, builder: request.builder, tag });
  const reporter = createReporter(emit);
  const outcome = await attempt(request, { ...context, emit }, reporter);
  if (request.callbackUrl !== undefined) {
    const cancelled = !outcome.ok && outcome.error.code === 'cancelled';
    const problem = await postCallback(request.callbackUrl, callbackBody(outcome, messages), cancelled);
    if (problem !== undefined) reporter.warn(problem);
  }
  const at = Date.now();
  await emit({ type: 'build-finished', at, ms: at - started, outcome });
  return outcome;
}

async function attempt(request: BuildRequest, context: BuildContext, reporter: Reporter): Promise<BuildOutcome> {
  const heartbeat = startHeartbeat(context.engine);
  const tasks = new TaskGroup(AbortSignal.any([context.signal, heartbeat.signal]));
  let session: Session | undefined;
  let outcome: BuildOutcome;
  try {
    const checked = checkRequest(request, context.cwd);
    tasks.signal.throwIfAborted();
    session = await openSession(context);
    const job = {
      ...context,
      request,
      checked,
      session,
      reporter,
      tasks,
      signal: tasks.signal,
      cache: openCache(context.cacheDir),
    };
    const sweep = sweepDeadSessions(context.engine, context).catch(() => {});
    const result = await runBuild(job);
    await job.cache.trim(cacheLimit);
    await sweep;
    outcome = { ok: true, result };
  } catch (thrown) {
    await tasks.settle();
    // What everything was aborted for is the cause; what failed here and there because of that is noise.
    const error = toStiError(tasks.signal.aborted ? tasks.signal.reason : thrown);
    outcome = { ok: false, error, tagKept: await currentTag(request, context, error) };
  } finally {
    heartbeat.stop();
  }
  if (session !== undefined) {
    const end = { ok: outcome.ok, keepFolder: request.keepWorkspace };
    const kept = await endSession(context, session, end).catch((error: unknown) => {
      reporter.warn(`the working folder could not be removed: ${messageOf(error)}`);
      return undefined;
    });
    if (kept !== undefined) reporter.warn(`the working folder was kept, as asked: ${kept}`);
  }
  return outcome;
}

/** The tag as it still is after a failure, if there is such an image and the engine answers. */
async function currentTag(request: BuildRequest, context: BuildContext, error: StiError): Promise<string | null> {
  if (request.tag === undefined || error.code === 'usage' || error.exitCode < 20) return null;
  const image = await context.engine.inspectImage(request.tag).catch(() => undefined);
  return image === undefined ? null : request.tag;
}

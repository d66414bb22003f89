import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';
import { messageOf, type StiError, toStiError } from '../errors.ts';
import { formatReference } from '../protocol/image/reference.ts';
import { diskError } from '../tree/file-errors.ts';
import { openCache } from './cache.ts';
import { callbackBody } from './callback/body.ts';
import { Messages } from './callback/messages.ts';
import { postCallback } from './callback/post.ts';
import { checkRequest } from './check-request.ts';
import type { BuildContext, HostEnvironment } from './context.ts';
import type { BuildOutcome, BuildResult, Emit } from './events.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { CheckedRequest } from './job.ts';
import { writeMetadataFile } from './output/metadata-file.ts';
import { runBuild } from './pipeline.ts';
import { buildByProgram } from './program/stage.ts';
import { redacting, redactOutcome } from './redact-event.ts';
import { createReporter, type Reporter } from './reporter.ts';
import type { BuildRequest } from './request.ts';
import { outputStage } from './steps/output.ts';
import { pushStage } from './steps/push.ts';
import { settleLimit, TaskGroup } from './task-group.ts';
import { endWorkspace } from './workspace/end.ts';
import { sweepDeadSessions } from './workspace/sweep.ts';
import { openWorkspace } from './workspace/workspace.ts';

/** Bytes that saved artifacts and image facts may take in the user's cache folder. */
const cacheLimit = 2 * 1024 ** 3;

interface BuildRecord {
  readonly reporter: Reporter;
  /** Of what it has reported: the steps that went well. */
  readonly steps: BuildResult['steps'];
}

/** How a build went, and when nothing of it is left. */
interface Ending {
  readonly outcome: BuildOutcome;
  /** Never rejects. */
  readonly gone: Promise<void>;
}

/**
 * One build, from a request to a tagged image. Never rejects: what goes wrong, an engine that isn't there included, is
 * the outcome. Emits every event of the build, `build-finished` last, and resolves when nothing of it is left.
 */
export async function build(
  request: BuildRequest,
  host: HostEnvironment,
  connect: () => Promise<Engine>,
): Promise<BuildOutcome> {
  const started = Date.now();
  const messages = new Messages();
  const steps: BuildResult['steps'][number][] = [];
  const { redact } = host.secrets;
  const emit: Emit = redacting((event) => {
    if (event.type === 'step-finished' && event.ok) steps.push({ name: event.step, ms: event.ms });
    if (request.callbackUrl !== undefined) messages.add(event);
    return host.emit(event);
  }, redact);
  const { source } = request;
  const builder = formatReference(request.builder);
  const tag = request.tag === undefined ? null : formatReference(request.tag);
  await emit({ type: 'build-started', at: started, source, builder, tag });
  const reporter = createReporter(emit, host.secrets);
  const { outcome: built, gone } = await attempt(request, { ...host, emit }, connect, { reporter, steps });
  const outcome = await recorded(built, request.metadataFile);
  if (request.callbackUrl !== undefined) {
    const body = callbackBody(redactOutcome(outcome, redact), messages, steps);
    const problem = await postCallback(request.callbackUrl, body, host);
    if (problem !== undefined) reporter.warn(problem);
  }
  const at = Date.now();
  await emit({ type: 'build-finished', at, ms: at - started, outcome });
  await gone;
  return outcome;
}

/** What was built but can't be told where somebody relies on it is a failure; the image stays. */
async function recorded(outcome: BuildOutcome, file: string | undefined): Promise<BuildOutcome> {
  if (!outcome.ok || file === undefined) return outcome;
  try {
    await writeMetadataFile(file, outcome.result);
    return outcome;
  } catch (thrown) {
    return { ok: false, error: toStiError(thrown), tagKept: null };
  }
}

async function attempt(
  request: BuildRequest,
  host: HostEnvironment,
  connect: () => Promise<Engine>,
  record: BuildRecord,
): Promise<Ending> {
  let engine: Engine | undefined;
  try {
    const checked = checkRequest(request, host.cwd);
    const connected = await connect();
    engine = connected;
    const { outcome, gone } = await buildOn({ ...host, engine }, request, checked, record);
    return { outcome, gone: gone.finally(() => connected.close()) };
  } catch (thrown) {
    engine?.close();
    const error = toStiError(host.signal.aborted ? host.signal.reason : thrown);
    return { outcome: { ok: false, error, tagKept: null }, gone: Promise.resolve() };
  }
}

async function buildOn(
  context: BuildContext,
  request: BuildRequest,
  checked: CheckedRequest,
  { reporter, steps }: BuildRecord,
): Promise<Ending> {
  const { engine } = context;
  const heartbeat = startHeartbeat(engine);
  const tasks = new TaskGroup(AbortSignal.any([context.signal, heartbeat.signal]));
  const workspace = await openWorkspace(context);
  const cache = openCache(context.cacheDir, context.uid, (message) =>
    context.emit({ type: 'warning', at: Date.now(), message }),
  );
  const job = { ...context, request, checked, workspace, reporter, tasks, signal: tasks.signal, cache };
  let outcome: BuildOutcome;
  let stalled = false;
  let tagMoved: string | undefined;
  try {
    const sweep = sweepDeadSessions(engine, context).catch(() => {});
    const committed = await (engine.buildFolder === undefined ? runBuild(job) : buildByProgram(job));
    await tasks.settle();
    tagMoved = checked.tag ?? undefined;
    const sbom = await outputStage(job, committed.imageId);
    const pushed = await pushStage(job, sbom);
    // What is left of others keeps nobody who has built.
    const swept = Promise.race([sweep, sleep(settleLimit, undefined, { ref: false })]);
    await Promise.all([cache.trim(cacheLimit), swept]);
    outcome = { ok: true, result: { ...committed, ...pushed, steps } };
  } catch (thrown) {
    stalled = !(await tasks.settleWithin(settleLimit));
    // Ends the calls that no signal ends.
    if (stalled) engine.close();
    // What everything was aborted for is the cause; what failed here and there because of that is noise.
    const error = toStiError(tasks.signal.aborted ? tasks.signal.reason : diskError(workspace.folder, thrown));
    const tagKept = stalled || tagMoved !== undefined ? null : await keptTag(engine, checked, error);
    outcome = { ok: false, error, tagKept, ...(tagMoved !== undefined && { tagMoved }) };
  } finally {
    heartbeat.stop();
  }
  const engineLost = stalled || (!outcome.ok && outcome.error.code === 'engine-lost');
  const end = { ok: outcome.ok, engineLost, keepFolder: request.keepWorkspace };
  const gone = endWorkspace(engine, workspace, end).then(
    (kept) => kept !== undefined && reporter.warn(`the working folder was kept, as asked: ${kept}`),
    (error: unknown) =>
      reporter.warn(`the working folder ${workspace.folder} could not be removed: ${messageOf(error)}`),
  );
  // Where it was kept is part of what the build has to say.
  if (request.keepWorkspace) await gone;
  return { outcome, gone: gone.then(() => {}) };
}

/** The tag that still names the image from before, after a failure that an engine can be asked about. */
async function keptTag(engine: Engine, { tag }: CheckedRequest, error: StiError): Promise<string | null> {
  if (tag === null || error.code === 'engine-lost') return null;
  const image = await engine.inspectImage(tag).catch(() => undefined);
  return image === undefined ? null : tag;
}

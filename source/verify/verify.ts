import { setTimeout as sleep } from 'node:timers/promises';
import { withHelper } from '../build/container/helper.ts';
import type { BuildContext } from '../build/context.ts';
import { startHeartbeat } from '../build/heartbeat.ts';
import { settleLimit } from '../build/task-group.ts';
import { endWorkspace } from '../build/workspace/end.ts';
import { removeSessionObjects } from '../build/workspace/reaper.ts';
import { sweepDeadSessions } from '../build/workspace/sweep.ts';
import { openWorkspace, type Workspace } from '../build/workspace/workspace.ts';
import type { Engine } from '../engine/engine.ts';
import { type FailureCode, StiError, toStiError } from '../errors.ts';
import { diskError } from '../tree/file-errors.ts';
import { compare, type Verdict } from './compare.ts';
import { startInWords } from './facts.ts';
import { isKindIgnored } from './ignore.ts';
import type { Observation, RunObservation } from './observation.ts';
import { type Built, buildSide } from './observe/build.ts';
import { readFiles } from './observe/files.ts';
import { observeRun } from './observe/run.ts';
import type { VerifyRequest } from './request.ts';

/** Hears what is being done, in words. */
export type Tell = (text: string) => void;

/**
 * Builds a source with two builders, runs what they made, and compares what a user can see of it. All that is built and
 * run is removed again. Rejects with a StiError where there is nothing to compare.
 */
export async function verify(request: VerifyRequest, context: BuildContext, tell: Tell): Promise<Verdict> {
  const { engine } = context;
  const heartbeat = startHeartbeat(engine);
  const signal = AbortSignal.any([context.signal, heartbeat.signal]);
  const workspace = await openWorkspace(context);
  try {
    const sweep = sweepDeadSessions(engine, context).catch(() => {});
    const verdict = await compareBuilders(request, { ...context, signal }, workspace, tell);
    // What is left of others keeps nobody.
    await Promise.race([sweep, sleep(settleLimit, undefined, { ref: false })]);
    return verdict;
  } catch (thrown) {
    throw toStiError(signal.aborted ? signal.reason : diskError(workspace.folder, thrown));
  } finally {
    heartbeat.stop();
    const tidy = !heartbeat.signal.aborted && (await removeAll(engine, workspace));
    await endWorkspace(engine, workspace, { ok: true, engineLost: !tidy, keepFolder: false });
  }
}

/** Containers first: an image in use isn't removed. false: the engine couldn't do it. */
async function removeAll(engine: Engine, workspace: Workspace): Promise<boolean> {
  try {
    workspace.seal();
    await workspace.endContainers();
    await removeSessionObjects(engine, workspace.name);
    return true;
  } catch {
    return false;
  }
}

async function compareBuilders(
  request: VerifyRequest,
  context: BuildContext,
  workspace: Workspace,
  tell: Tell,
): Promise<Verdict> {
  const { builds, runs, ignore } = request;
  const { engine, secrets, signal } = context;
  tell('building with both');
  const a = await attempt(context, workspace, 'a', builds[0]);
  const ref = a instanceof StiError || a.commit === undefined ? builds[1].ref : a.commit;
  const b = await attempt(context, workspace, 'b', { ...builds[1], ref });
  if (a instanceof StiError || b instanceof StiError) return failedBuild(a, b);
  const sides = [a, b] as const;
  for (const { image } of sides) secrets.hide(variablesOf(image.config.env));

  const looksAtFiles = !isKindIgnored('file', ignore);
  const paths = looksAtFiles ? [...new Set([...a.changed, ...b.changed])] : [];
  if (paths.length > 0) tell('reading the files that assemble has changed');
  else if (looksAtFiles) tell('no files are compared: the engine names none that assemble has changed');
  const look = ({ image }: Built) =>
    withHelper(engine, workspace, { role: 'look', imageId: image.id }, (id) => readFiles(engine, id, paths, signal));
  const [filesA, filesB] = await Promise.all([look(a), look(b)]);

  const seen: (readonly [RunObservation, RunObservation])[] = [];
  for (let run = 1; run <= runs; run++) {
    tell(runs === 1 ? 'running both' : `running both, ${run} of ${runs}`);
    // At the same time, so that whatever else the machine does slows both.
    const tools = { engine, secrets, signal, workspace };
    const pair = await Promise.all([observeRun(tools, a.image, request), observeRun(tools, b.image, request)]);
    checkStarted(...pair);
    seen.push(pair);
  }
  const observed = (built: Built, files: Observation['files'], side: 0 | 1): Observation => ({
    image: { ...built.image.config, size: built.image.size, addedBytes: built.addedBytes },
    files,
    runs: seen.map((pair) => pair[side]),
  });
  return compare(observed(a, filesA, 0), observed(b, filesB, 1), ignore);
}

/** Failures that are the builder's own, for this source. */
const ofTheBuilder: readonly (FailureCode | 'cancelled')[] = ['assemble', 'scripts', 'labels'];

/** @returns why the builder can't build it */
async function attempt(
  context: BuildContext,
  workspace: Workspace,
  name: string,
  request: VerifyRequest['builds'][number],
): Promise<Built | StiError> {
  try {
    return await buildSide(context, workspace, name, request);
  } catch (thrown) {
    if (thrown instanceof StiError && ofTheBuilder.includes(thrown.code)) return thrown;
    throw thrown;
  }
}

function failedBuild(a: Built | StiError, b: Built | StiError): Verdict {
  if (a instanceof StiError && b instanceof StiError) {
    const { hint, lastLines } = a;
    throw new StiError('assemble', `neither builder builds the source: ${a.message}`, {
      cause: a,
      lastLines,
      ...(hint !== undefined && { hint }),
    });
  }
  const words = (side: Built | StiError) => (side instanceof StiError ? side.message : 'builds the source');
  const difference = { kind: 'build', name: '', detail: '', a: words(a), b: words(b) } as const;
  return { differences: [difference], ignored: 0, noise: [], measures: [] };
}

/** Where neither runs nothing can be compared, and most likely the source or a request is wrong. */
function checkStarted(a: RunObservation, b: RunObservation): void {
  const hasFailed = ({ start, exitCode }: RunObservation) =>
    start.how === 'ended' ? exitCode !== 0 : start.how !== 'ready';
  if (!hasFailed(a) || !hasFailed(b)) return;
  const code = a.start.how === 'ended' ? `, with exit code ${a.exitCode}` : '';
  const what = `it ${startInWords(a.start)}${code}`;
  throw new StiError('app', `the application does not run with either builder: ${what}`, {
    lastLines: [...a.stdout, ...a.stderr].slice(-10),
    hint: 'Build it with one of them and run the image first.',
  });
}

function variablesOf(env: readonly string[]): { name: string; value: string }[] {
  return env.map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return { name, value: value.join('=') };
  });
}

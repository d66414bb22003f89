import { StiError, toStiError } from '../errors.ts';
import { mergeEnvironment, toEnvStrings } from '../protocol/environment.ts';
import { buildPaths } from '../protocol/paths.ts';
import { parseScriptsUrl } from '../protocol/script-places.ts';
import { builderStage, factsStage } from './builder-stage.ts';
import { openCache } from './cache.ts';
import { openContainer } from './container-stage.ts';
import type { BuildContext } from './context.ts';
import { endSession } from './end-session.ts';
import { startHeartbeat } from './heartbeat.ts';
import { LastLines } from './last-lines.ts';
import { createReporter } from './reporter.ts';
import type { BuildRequest } from './request.ts';
import { resolveScripts } from './scripts.ts';
import { openSession } from './session.ts';
import type { OutputSink } from './standby.ts';
import { TaskGroup } from './task-group.ts';

export type UsageRequest = Pick<BuildRequest, 'builder' | 'scriptsUrl' | 'env' | 'pullPolicy' | 'assembleUser'>;

/**
 * Shows a builder's own words: its `usage` script, else `assemble -h` as in 2014 (PROTOCOL.md, "Command line").
 * Rejects with a StiError; `usage-script` when the script fails.
 */
export async function showUsage(request: UsageRequest, context: BuildContext, output: OutputSink): Promise<void> {
  const heartbeat = startHeartbeat(context.engine);
  const tasks = new TaskGroup(AbortSignal.any([context.signal, heartbeat.signal]));
  const scriptsUrl = request.scriptsUrl === undefined ? undefined : parseScriptsUrl(request.scriptsUrl, '--scripts');
  const session = await openSession(context);
  let ok = false;
  try {
    const job = {
      ...context,
      request: { ...noSource, ...request },
      checked: { source: { kind: 'folder', path: session.folder } as const, tag: null, scriptsUrl },
      session,
      reporter: createReporter(context.emit),
      cache: openCache(context.cacheDir),
      tasks,
      signal: tasks.signal,
    };
    const names = ['usage', 'assemble'] as const;
    const builder = await builderStage(job);
    const factsTask = tasks.start(() => factsStage(job, builder, names));
    const placeTask = tasks.start(() =>
      openContainer(job, builder, factsTask, toEnvStrings(mergeEnvironment(request.env))),
    );
    const scripts = await resolveScripts({
      names,
      required: [],
      scriptsUrl,
      imageScriptsUrl: builder.scriptsUrl,
      source: Promise.resolve({ root: session.folder, entries: [], disposable: false }),
      imageId: builder.image.id,
      imageHas: async (path) => (await factsTask).hasFile(path),
      paths: buildPaths(builder.spec.destination),
      folder: `${session.folder}/fetched`,
      cwd: context.cwd,
      onWarning: job.reporter.warn,
      signal: tasks.signal,
    });
    const script = scripts.found.get('usage') ?? scripts.found.get('assemble');
    if (script === undefined) {
      throw new StiError('scripts', `${request.builder} has neither a usage nor an assemble script`, {
        hint: 'Name a place that has them with --scripts, or check that this is a builder image.',
      });
    }
    const place = await placeTask;
    for (const { folder, tree } of scripts.trees) await place.place(tree, folder, tasks.signal);
    const last = new LastLines();
    const outcome = await place.standby.run(script.name === 'usage' ? 'run' : 'help', script.path, last.tap(output));
    place.standby.discard();
    if (outcome.exitCode !== 0) {
      throw new StiError(
        'usage-script',
        `${script.name} of ${request.builder} failed with exit code ${outcome.exitCode}`,
        {
          lastLines: last.lines,
        },
      );
    }
    ok = true;
  } catch (error) {
    throw toStiError(tasks.signal.aborted ? tasks.signal.reason : error);
  } finally {
    heartbeat.stop();
    await tasks.settle();
    await endSession(context.engine, session, { ok, engineLost: heartbeat.signal.aborted, keepFolder: false });
  }
}

const noSource = {
  source: '',
  envFile: [],
  labels: {},
  clean: true,
  removePrevious: false,
  keepWorkspace: false,
  artifactsTimeout: 0,
} satisfies Partial<BuildRequest>;

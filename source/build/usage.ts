import { StiError, toStiError } from '../errors.ts';
import { checkEnvironmentSize, mergeEnvironment, toEnvStrings } from '../protocol/environment.ts';
import { formatReference } from '../protocol/image/reference.ts';
import { buildPaths } from '../protocol/paths.ts';
import { openCache } from './cache.ts';
import { openContainer } from './container/open.ts';
import type { BuildContext } from './context.ts';
import type { OutputPiece } from './events.ts';
import { startHeartbeat } from './heartbeat.ts';
import { createOutput } from './output/stream.ts';
import { redacting } from './redact-event.ts';
import { createReporter } from './reporter.ts';
import type { BuildRequest } from './request.ts';
import { resolveScripts } from './scripts/resolve.ts';
import { builderStage, factsStage } from './steps/builder.ts';
import { settleLimit, TaskGroup } from './task-group.ts';
import { endWorkspace } from './workspace/end.ts';
import { openWorkspace } from './workspace/workspace.ts';

export type UsageRequest = Pick<BuildRequest, 'builder' | 'scriptsUrl' | 'env' | 'pullPolicy' | 'assembleUser'>;

/**
 * Shows a builder's own words: its `usage` script, else `assemble -h` as in 2014 (docs/protocol.md, "Command line").
 * Rejects with a StiError; `usage-script` when the script fails.
 */
export async function showUsage(
  request: UsageRequest,
  context: BuildContext,
  print: (piece: OutputPiece) => void | Promise<void>,
): Promise<void> {
  const { secrets } = context;
  checkEnvironmentSize(mergeEnvironment(request.env), 'usage');
  const heartbeat = startHeartbeat(context.engine);
  const tasks = new TaskGroup(AbortSignal.any([context.signal, heartbeat.signal]));
  const name = formatReference(request.builder);
  const workspace = await openWorkspace(context);
  let ok = false;
  try {
    const job = {
      ...context,
      request: { ...noSource, ...request },
      checked: { source: { kind: 'folder', path: workspace.folder } as const, tag: null },
      workspace,
      reporter: createReporter(redacting(context.emit, secrets.redact), secrets),
      cache: openCache(context.cacheDir, context.uid, (message) =>
        context.emit({ type: 'warning', at: Date.now(), message }),
      ),
      tasks,
      signal: tasks.signal,
    };
    const names = ['usage', 'assemble'] as const;
    const builder = await builderStage(job);
    const factsTask = tasks.start(() => factsStage(job, builder, names));
    const containerTask = tasks.start(() =>
      openContainer(job, builder, factsTask, toEnvStrings(mergeEnvironment(request.env))),
    );
    const scripts = await resolveScripts({
      names,
      required: [],
      scriptsUrl: request.scriptsUrl,
      imageScriptsUrl: builder.scriptsUrl,
      source: Promise.resolve({ root: workspace.folder, entries: [], disposable: false }),
      imageId: builder.image.id,
      imageHas: async (path) => (await factsTask).hasFile(path),
      paths: buildPaths(builder.spec.destination),
      folder: `${workspace.folder}/fetched`,
      cwd: context.cwd,
      http: context.http,
      onWarning: job.reporter.warn,
      signal: tasks.signal,
    });
    const script = scripts.found.get('usage') ?? scripts.found.get('assemble');
    if (script === undefined) {
      throw new StiError('scripts', `${name} has neither a usage nor an assemble script`, {
        hint: 'Name a place that has them with --scripts, or check that this is a builder image.',
      });
    }
    const container = await containerTask;
    for (const { folder, tree } of scripts.trees) await container.place(tree, folder, tasks.signal);
    const isUsage = script.name === 'usage';
    if (!isUsage) job.reporter.warn(`${name} has no usage script; this is what its assemble -h says:`);
    const output = createOutput(secrets, print);
    const verb = isUsage ? 'apart' : 'help';
    const outcome = await container.run(verb, script.path, output.sink).finally(output.end);
    container.gate.discard();
    if (outcome.exitCode !== 0) throw usageFailure(name, isUsage, outcome.exitCode);
    ok = true;
  } catch (error) {
    throw toStiError(tasks.signal.aborted ? tasks.signal.reason : error);
  } finally {
    heartbeat.stop();
    const stalled = !(await tasks.settleWithin(settleLimit));
    if (stalled) context.engine.close();
    const engineLost = stalled || heartbeat.signal.aborted;
    await endWorkspace(context.engine, workspace, { ok, engineLost, keepFolder: false });
  }
}

/** Its last lines have been printed as they came. */
function usageFailure(builder: string, isUsage: boolean, exitCode: number): StiError {
  return isUsage
    ? new StiError('usage-script', `usage of ${builder} failed with exit code ${exitCode}`)
    : new StiError(
        'usage-script',
        `${builder} has no usage script, and its assemble -h failed with exit code ${exitCode}`,
        {
          hint: 'See the documentation of the builder image.',
        },
      );
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

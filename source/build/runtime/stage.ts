import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { buildPaths } from '../../protocol/paths.ts';
import { formatRuntimeArtifact } from '../../protocol/runtime-artifacts.ts';
import type { FileTree } from '../../tree/tree.ts';
import { BuildContainer } from '../container/container.ts';
import { installRun } from '../image/commit.ts';
import type { ImageProbe } from '../image/probe.ts';
import type { Job } from '../job.ts';
import type { RuntimeRequest } from '../request.ts';
import { resolveScripts, type ScriptSet } from '../scripts/resolve.ts';
import { scriptTrees } from '../steps/artifacts.ts';
import { type Assembled, runAssemble } from '../steps/assemble.ts';
import { factsStage } from '../steps/builder.ts';
import { requiredScript } from '../steps/scripts.ts';
import { obtainRuntime, type Runtime } from './image.ts';
import { moveArtifact } from './move.ts';

const scriptNames = ['assemble-runtime', 'run'] as const;

/** A runtime image and the scripts that are for it. */
export interface RuntimeInputs {
  readonly runtime: Runtime;
  readonly facts: ImageProbe;
  readonly scripts: ScriptSet;
}

/** A container of it that waits for what is built. */
export interface RuntimeStage extends RuntimeInputs {
  readonly container: BuildContainer;
}

/** Everything that needn't wait for assemble. */
export async function prepareRuntime(
  job: Job,
  request: RuntimeRequest,
  known: { readonly source: Promise<FileTree>; readonly env: Promise<readonly string[]> },
): Promise<RuntimeStage> {
  const inputs = await readRuntimeInputs(job, await obtainRuntime(job, request), known.source);
  return openRuntime(job, inputs, await known.env);
}

export async function readRuntimeInputs(job: Job, runtime: Runtime, source: Promise<FileTree>): Promise<RuntimeInputs> {
  const facts = await factsStage(job, runtime, scriptNames);
  return { runtime, facts, scripts: await runtimeScripts(job, runtime, { facts, source }) };
}

export async function openRuntime(job: Job, inputs: RuntimeInputs, env: readonly string[]): Promise<RuntimeStage> {
  const { runtime, facts } = inputs;
  const { destination, assembleUser: user } = runtime.spec;
  const container = await BuildContainer.open(job, {
    ...{ role: 'runtime', imageId: runtime.image.id, user, env, destination },
    facts: Promise.resolve(facts),
  });
  return { ...inputs, container };
}

/** Those that a runtime image takes. What there is to warn of, the builder's scripts have warned of. */
export function runtimeScripts(
  job: Pick<Job, 'request' | 'workspace' | 'cwd' | 'http' | 'signal'>,
  runtime: Pick<Runtime, 'image' | 'spec' | 'scriptsUrl'>,
  { facts, source }: { readonly facts: Pick<ImageProbe, 'hasFile'>; readonly source: Promise<FileTree> },
): Promise<ScriptSet> {
  return resolveScripts({
    names: scriptNames,
    required: ['run'],
    scriptsUrl: job.request.scriptsUrl,
    imageScriptsUrl: runtime.scriptsUrl,
    source,
    imageId: runtime.image.id,
    imageHas: async (path) => facts.hasFile(path),
    paths: buildPaths(runtime.spec.destination),
    folder: join(job.workspace.folder, `fetched-${randomUUID()}`),
    cwd: job.cwd,
    http: job.http,
    onWarning: () => {},
    signal: job.signal,
  });
}

/** What the image is committed of, in the place of the builder and its container. */
export async function moveIntoRuntime(
  job: Job,
  stage: RuntimeStage,
  built: { readonly container: BuildContainer; readonly source: FileTree },
) {
  const assembled = await runtimeStage(job, stage, built);
  const { runtime: builder, facts, scripts, container } = stage;
  return { builder, facts, scripts, container, assembled };
}

/**
 * Takes what assemble has made into the runtime image's container and runs assemble-runtime there (docs/protocol.md,
 * "Runtime images"); one step of the build.
 */
function runtimeStage(
  job: Job,
  { runtime, scripts, container }: RuntimeStage,
  built: { readonly container: BuildContainer; readonly source: FileTree },
): Promise<Assembled> {
  const { engine, reporter, signal } = job;
  const { name, artifacts } = runtime;
  return reporter.step('runtime', async () => {
    await container.gate.ready;
    const { workingDir } = runtime.image.config;
    for (const artifact of artifacts) {
      await moveArtifact(engine, built.container, container, { ...artifact, workingDir }, signal);
    }
    const run = requiredScript(scripts, 'run');
    if (run.content !== undefined) await installRun(engine, container.gate.id, run, signal);
    const summary = `${name} · ${artifacts.map(formatRuntimeArtifact).join(', ')}`;
    const script = scripts.found.get('assemble-runtime');
    if (script === undefined) return { summary: `${summary} · no assemble-runtime`, value: nothingRun };
    for (const { folder, tree } of scriptTrees(built.source, scripts, 'assemble-runtime')) {
      await container.place(tree, folder, signal);
    }
    const value = await runAssemble(job, container, { script, step: 'runtime', image: runtime.image });
    return { summary: `${summary} · assemble-runtime: exit 0`, value };
  });
}

const nothingRun: Assembled = { exitCode: 0, others: 0, oomKills: 0, changedVolumes: async () => [] };

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { buildPaths } from '../../protocol/paths.ts';
import { formatRuntimeArtifact } from '../../protocol/runtime-artifacts.ts';
import type { FileTree } from '../../tree/tree.ts';
import { keepArtifacts } from '../artifacts/save.ts';
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

/** A container of the runtime image that waits for what is built, and the scripts that are for it. */
export interface RuntimeStage {
  readonly runtime: Runtime;
  readonly facts: ImageProbe;
  readonly scripts: ScriptSet;
  readonly container: BuildContainer;
}

/** Everything that needn't wait for assemble. */
export async function prepareRuntime(
  job: Job,
  request: RuntimeRequest,
  known: { readonly source: Promise<FileTree>; readonly env: Promise<readonly string[]> },
): Promise<RuntimeStage> {
  const runtime = await obtainRuntime(job, request);
  const facts = await factsStage(job, runtime, scriptNames);
  const { destination, assembleUser } = runtime.spec;
  const scripts = await runtimeScripts(job, runtime, { facts, source: known.source });
  const container = await BuildContainer.open(job, {
    role: 'runtime',
    imageId: runtime.image.id,
    user: assembleUser,
    env: await known.env,
    destination,
    facts: Promise.resolve(facts),
  });
  return { runtime, facts, scripts, container };
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
  built: { readonly container: BuildContainer; readonly scripts: ScriptSet; readonly source: FileTree },
) {
  const assembled = await runtimeStage(job, stage, built);
  const script = built.scripts.found.get('save-artifacts');
  const isKept = job.checked.tag !== null && script !== undefined;
  const output = job.reporter.output('artifacts');
  const keep = isKept ? await keepArtifacts(job, built.container, { script, output }) : async () => {};
  built.container.gate.discard();
  const { runtime: builder, facts, scripts, container } = stage;
  return { builder, facts, scripts, container, assembled, keep };
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

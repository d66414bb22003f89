import type { Engine } from '../engine/engine.ts';
import { keepArtifacts } from './artifacts/save.ts';
import type { BuildContainer } from './container/container.ts';
import { announceEpoch } from './container/epoch.ts';
import { lend } from './container/lent/lend.ts';
import { openContainer } from './container/open.ts';
import { fitsOwnLayer, ours } from './container/own-layer.ts';
import { installRun } from './image/commit.ts';
import { compareWithImage } from './image/diff.ts';
import type { Job } from './job.ts';
import { checkOnBuild, hasOnBuild } from './on-build/options.ts';
import { buildOnBuild } from './on-build/stage.ts';
import { moveIntoRuntime, prepareRuntime } from './runtime/stage.ts';
import { artifactsStage } from './steps/artifacts.ts';
import { assembleStage } from './steps/assemble.ts';
import { builderStage, factsStage } from './steps/builder.ts';
import { type Committed, commitStage } from './steps/commit.ts';
import { copyStage } from './steps/copy.ts';
import { previousImage } from './steps/previous.ts';
import { buildScripts, ofBuilder, requiredScript, scriptsStage } from './steps/scripts.ts';
import { environmentOf, guessEnvironment, openStage } from './steps/source.ts';

/**
 * The way of a build (docs/architecture.md): the container starts while source, scripts and artifacts are fetched; when they
 * are in place, assemble runs and the container is committed. Each task waits for exactly what it needs of the others.
 */
export async function runBuild(job: Job): Promise<Committed> {
  const { tasks, signal, engine } = job;
  const { runtime } = job.request;
  const committed = new AbortController();

  const openedTask = tasks.start(() => openStage(job));
  const builderTask = tasks.start(() => builderStage(job));
  const previousTask = tasks.start(() => previousImage(job));
  if (hasOnBuild(await builderTask)) {
    checkOnBuild(job);
    return buildOnBuild(job, { builder: await builderTask, opened: openedTask, previous: previousTask });
  }
  const factsTask = tasks.start(async () => factsStage(job, await builderTask, buildScripts));
  const guessTask = tasks.start(async () => {
    const [env, builder, facts, previous] = await Promise.all([
      guessEnvironment(job),
      builderTask,
      factsTask,
      previousTask,
    ]);
    const options = fitsOwnLayer(job, { builder, facts, previous }) ? { ownLayer: 'committed' as const } : {};
    return { env, options, container: await openContainer(job, builder, factsTask, env, options) };
  });
  const envTask = tasks.start(async () => environmentOf(job, (await openedTask).tree));
  const sourceTask = openedTask.then(({ tree }) => tree);
  sourceTask.catch(() => {});
  const scriptsTask = tasks.start(async () => {
    const builder = await builderTask;
    return scriptsStage(job, { builder, facts: factsTask, source: sourceTask, ...(runtime && ofBuilder) });
  });
  const runtimeTask = tasks.start(
    async () => runtime && prepareRuntime(job, runtime, { source: sourceTask, env: envTask }),
  );
  const artifactsTask = tasks.start(async () => {
    const [builder, scripts, previous, { tree: source }, env] = await Promise.all([
      builderTask,
      scriptsTask,
      previousTask,
      openedTask,
      envTask,
    ]);
    return artifactsStage(job, { builder, scripts, previous, source, env, until: committed.signal });
  });
  const containerTask = tasks.start(async () => {
    const [guess, env] = await Promise.all([guessTask, envTask]);
    if (guess.env.join('\n') === env.join('\n')) return guess.container;
    guess.container.gate.discard();
    return openContainer(job, await builderTask, factsTask, env, guess.options);
  });
  const filledTask = tasks.start(async () => {
    const [container, { tree }, scripts] = await Promise.all([containerTask, openedTask, scriptsTask]);
    await copyStage(job, container, tree, scripts);
  });
  const restoredTask = tasks.start(async () => {
    const [container, artifacts] = await Promise.all([containerTask, artifactsTask]);
    if (artifacts !== undefined) await container.place(artifacts, 'artifacts', signal);
    return artifacts !== undefined;
  });

  const [container, builder, facts, opened, scripts, env, previous, incremental] = await Promise.all([
    containerTask,
    builderTask,
    factsTask,
    openedTask,
    scriptsTask,
    envTask,
    previousTask,
    restoredTask,
    filledTask,
  ]);
  await container.gate.ready;
  const installedTask = tasks.start(async () => {
    if (runtime !== undefined) return;
    const run = requiredScript(scripts, 'run');
    if (run.content !== undefined) await installRun(engine, container.gate.id, run, signal);
  });
  const takeOut = await lend(job, container, { image: builder.image, env, secrets: job.request.secrets });
  await announceEpoch(job.request, container, env);
  const assembled = await assembleStage(job, container, requiredScript(scripts, 'assemble'), builder.image);
  await takeOut();
  await installedTask;
  const built = { container, builder, facts, scripts, assembled };
  const stage = await runtimeTask;
  const output = stage === undefined ? built : await moveIntoRuntime(job, stage, { ...built, source: opened.tree });
  const keep = stage && job.checked.tag !== null ? await keepArtifacts(job, { ...built, env }) : undefined;
  const changes = job.onFiles && (await changesOf(engine, output.container));
  const run = requiredScript(output.scripts, 'run');
  const result = await commitStage(job, { ...output, opened, run, env, previous, incremental });
  committed.abort();
  await keep?.(result.imageId);
  if (job.onFiles !== undefined && changes !== undefined) {
    const { imageId, addedBytes } = result;
    const bytes = output.builder.image.size + addedBytes;
    job.onFiles({ type: 'image-compared', at: Date.now(), cycle: 1, imageId, bytes, addedBytes, changes });
  }
  return result;
}

/** What the image will have over the builder's. */
async function changesOf(engine: Engine, container: BuildContainer) {
  const { files } = await compareWithImage(engine, container.gate.id);
  const places = [...ours].map((name) => `${container.path(name)}/`);
  return files.filter(({ path }) => !places.some((place) => `${path}/`.startsWith(place)));
}

import { artifactsStage } from './artifacts-stage.ts';
import { assembleStage } from './assemble.ts';
import { builderStage, factsStage } from './builder-stage.ts';
import { installRun } from './commit.ts';
import { commitStage } from './commit-stage.ts';
import { fillContainer, openContainer } from './container-stage.ts';
import type { BuildResult } from './events.ts';
import { compareWithImage } from './image-diff.ts';
import type { Job } from './job.ts';
import { buildScripts, requiredScript, scriptsStage } from './scripts-stage.ts';
import { environmentOf, guessEnvironment, openStage } from './source-stage.ts';

/**
 * The way of a build (ARCHITECTURE.md): the container starts while source, scripts and artifacts are fetched; when they
 * are in place, assemble runs and the container is committed. Each task waits for exactly what it needs of the others.
 */
export async function runBuild(job: Job): Promise<Omit<BuildResult, 'steps'>> {
  const { tasks, signal, engine, checked } = job;

  const openedTask = tasks.start(() => openStage(job));
  const builderTask = tasks.start(() => builderStage(job));
  const previousTask = tasks.start(async () =>
    checked.tag === null ? undefined : engine.inspectImage(checked.tag, signal),
  );
  const factsTask = tasks.start(async () => factsStage(job, await builderTask, buildScripts));
  const guessTask = tasks.start(async () => {
    const env = await guessEnvironment(job);
    return { env, place: await openContainer(job, await builderTask, factsTask, env) };
  });
  const envTask = tasks.start(async () => environmentOf(job, (await openedTask).tree));
  const scriptsTask = tasks.start(async () => {
    const builder = await builderTask;
    return scriptsStage(job, { builder, facts: factsTask, source: openedTask.then(({ tree }) => tree) });
  });
  const artifactsTask = tasks.start(async () => {
    const [builder, scripts, previous, { tree: source }, env] = await Promise.all([
      builderTask,
      scriptsTask,
      previousTask,
      openedTask,
      envTask,
    ]);
    return artifactsStage(job, { builder, scripts, previous, source, env });
  });
  const placeTask = tasks.start(async () => {
    const [guess, env] = await Promise.all([guessTask, envTask]);
    if (guess.env.join('\n') === env.join('\n')) return guess.place;
    guess.place.standby.discard();
    return openContainer(job, await builderTask, factsTask, env);
  });
  const filledTask = tasks.start(async () => {
    const [place, { tree }, scripts] = await Promise.all([placeTask, openedTask, scriptsTask]);
    await fillContainer(place, tree, scripts, signal);
  });
  const restoredTask = tasks.start(async () => {
    const [place, artifacts] = await Promise.all([placeTask, artifactsTask]);
    if (artifacts !== undefined) await place.place(artifacts, 'artifacts', signal);
    return artifacts !== undefined;
  });

  const [place, builder, facts, opened, scripts, env, previous, incremental] = await Promise.all([
    placeTask,
    builderTask,
    factsTask,
    openedTask,
    scriptsTask,
    envTask,
    previousTask,
    restoredTask,
    filledTask,
  ]);
  await place.standby.ready;
  const run = requiredScript(scripts, 'run');
  const installedTask = tasks.start(async () => {
    if (run.content !== undefined) await installRun(engine, place.standby.id, run, signal);
  });
  const assembled = await assembleStage(job, place, requiredScript(scripts, 'assemble'), builder.image);
  await installedTask;
  const changes = job.onFiles && (await compareWithImage(engine, place.standby.id));
  const result = await commitStage(job, {
    place,
    builder,
    facts,
    opened,
    scripts,
    run,
    env,
    assembled,
    previous,
    incremental,
  });
  if (job.onFiles !== undefined && changes !== undefined) {
    const { imageId, addedBytes } = result;
    const bytes = builder.image.size + addedBytes;
    job.onFiles({ type: 'image-compared', at: Date.now(), cycle: 1, imageId, bytes, addedBytes, changes });
  }
  return result;
}

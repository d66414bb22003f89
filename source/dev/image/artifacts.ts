import { keepArtifacts, saveArtifacts } from '../../build/artifacts/save.ts';
import type { BuildContainer } from '../../build/container/container.ts';
import type { FilesEvent } from '../../build/events.ts';
import { probeImage } from '../../build/image/probe.ts';
import type { Job } from '../../build/job.ts';
import { savedEvent, scriptTrees } from '../../build/steps/artifacts.ts';
import type { ImageDetails } from '../../engine/engine.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { State } from './state.ts';

/**
 * The artifacts of an image of this state, for the standbys to come; undefined: none are to be saved.
 * @param builtIn where assemble has run, if the image itself can't save; of no use afterwards
 */
export async function saveArtifactsOf(
  job: Job,
  previous: ImageDetails,
  { cycle, opened, inputs: { builder, scripts, env } }: State,
  builtIn: BuildContainer | undefined,
): Promise<{ readonly tree: FileTree | undefined; readonly event: FilesEvent } | undefined> {
  const script = scripts.found.get('save-artifacts');
  if (script === undefined || job.request.clean) {
    builtIn?.gate.discard();
    return undefined;
  }
  if (builtIn !== undefined) {
    const keep = await keepArtifacts(job, { container: builtIn, builder, scripts, env });
    await keep(previous.id);
  }
  const { destination } = builder.spec;
  const { engine, workspace, cache, signal } = job;
  const facts = probeImage(engine, workspace, cache, { imageId: previous.id, destination, files: [] }, signal);
  const saved = await saveArtifacts(job, {
    previous,
    script,
    scriptIsOlder: false,
    builderId: builder.image.id,
    trees: scriptTrees(opened.tree, scripts),
    env,
    destination,
    facts,
    output: job.reporter.output('artifacts'),
    onlyKept: job.request.runtime !== undefined,
  });
  const from =
    saved.tree === undefined
      ? saved.reason
      : `from build ${cycle}${saved.cached ? ', which was asked before' : ''} · ready for the next build`;
  return { tree: saved.tree && { ...saved.tree, disposable: false }, event: savedEvent(saved, cycle, from) };
}

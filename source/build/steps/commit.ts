import type { ImageDetails } from '../../engine/engine.ts';
import { messageOf, StiError } from '../../errors.ts';
import type { OpenedSource } from '../../origin/open.ts';
import { formatBytes, shortId } from '../../terminal/units.ts';
import type { BuildContainer } from '../container/container.ts';
import { leaveNetwork } from '../container/removal.ts';
import { keepStrayFiles } from '../container/stray-files.ts';
import type { BuildResult } from '../events.ts';
import { commit, readMetadata } from '../image/commit.ts';
import { labelInfoOf } from '../image/label-info.ts';
import { type ImageProbe, recordImageFacts } from '../image/probe.ts';
import type { Job } from '../job.ts';
import type { ResolvedScript, ScriptSet } from '../scripts/resolve.ts';
import type { Assembled } from './assemble.ts';
import type { Builder } from './builder.ts';

export interface CommitInputs {
  readonly container: BuildContainer;
  readonly builder: Builder;
  readonly facts: ImageProbe;
  readonly opened: OpenedSource;
  readonly scripts: ScriptSet;
  readonly run: ResolvedScript;
  readonly env: readonly string[];
  readonly assembled: Assembled;
  readonly previous: ImageDetails | undefined;
  readonly incremental: boolean;
}

/** What is known of the image before anything else is done with it. */
export type Committed = Omit<BuildResult, 'steps' | 'digest' | 'sbomDigest'>;

/** From an assembled container to a tagged image; one step of the build. */
export function commitStage(job: Job, inputs: CommitInputs): Promise<Committed> {
  const { engine, workspace, reporter, request, checked } = job;
  const { container, builder, opened } = inputs;
  return reporter.step('commit', async () => {
    const metadata = await readMetadata(engine, container, job.signal);
    for (const path of await inputs.assembled.changedVolumes()) {
      reporter.warn(
        `assemble wrote to ${path}, a VOLUME of the builder image: what is in a volume can't be in an image`,
      );
    }
    const leftovers = await keepStrayFiles(job, container, inputs.facts, builder.image.id, inputs.scripts);
    for (const path of leftovers.lost) {
      reporter.warn(`${path}, left by assemble, is not in the image: this engine can't keep it`);
    }
    job.signal.throwIfAborted();
    const committing = commit(engine, workspace, container, {
      builder: builder.image,
      run: inputs.run,
      env: inputs.env,
      labelInfo: labelInfoOf(request, opened),
      metadata,
      labels: request.labels,
      pause: inputs.assembled.others > 0,
    });
    void leaveNetwork(engine, container.gate.id, request.container);
    const { imageId, labels } = await committing;
    // Its end takes the engine a while: nobody has to wait for it before the session is over.
    container.gate.discard();
    // What assemble has made of the folders above the mount only the image itself tells.
    const isTop = container.destination.lastIndexOf('/') === 0;
    const bare = isTop && leftovers.kept.length === 0 && inputs.facts.content.length === 0;
    const recorded = bare ? recordImageFacts(job.cache, imageId, container.destination) : undefined;
    const image = await finish(job, imageId);
    await recorded;
    await removePrevious(job, inputs.previous, imageId);
    const addedBytes = Math.max(0, (image?.size ?? 0) - builder.image.size);
    const value = {
      tag: checked.tag,
      imageId,
      addedBytes,
      labels,
      incremental: inputs.incremental,
      exposedPorts: builder.image.config.exposedPorts,
    };
    const name = checked.tag === null ? 'no tag' : checked.tag;
    return { summary: `${name} · sha256:${shortId(imageId)} · +${formatBytes(addedBytes)}`, value };
  });
}

/** The last thing that moves is the tag; an image that can't get it is removed again. */
export async function finish({ engine, checked, signal }: Job, imageId: string): Promise<ImageDetails | undefined> {
  try {
    signal.throwIfAborted();
    const image = await engine.inspectImage(imageId);
    if (checked.tag !== null) await engine.tagImage(imageId, checked.tag);
    return image;
  } catch (cause) {
    await engine.removeImage(imageId).catch(() => {});
    if (!(cause instanceof StiError) || cause.code !== 'engine-failed') throw cause;
    throw new StiError('commit', `the image could not be tagged ${checked.tag}: ${messageOf(cause)}`, {
      cause,
      hint: cause.hint ?? 'Check whether the engine still works (docker info), then build again.',
    });
  }
}

/** `--rm`: an image that is in use or has another tag stays, with a warning. */
export async function removePrevious(
  { engine, workspace, reporter, request, checked }: Job,
  previous: ImageDetails | undefined,
  imageId: string,
): Promise<void> {
  if (!request.removePrevious || previous === undefined || previous.id === imageId) return;
  const name = `the previous image of ${checked.tag} (${shortId(previous.id)})`;
  try {
    const { tags = [] } = (await engine.inspectImage(previous.id)) ?? {};
    if (tags.length > 0) return reporter.warn(`${name} stays: it is ${tags.join(', ')} too`);
    if ((await engine.removeImage(previous.id)) !== 'in-use') return;
    // By the container that saved its artifacts, which ends a moment later, or by somebody else.
    await workspace.endContainers();
    if ((await engine.removeImage(previous.id)) === 'in-use') reporter.warn(`${name} stays: something still uses it`);
  } catch (error) {
    reporter.warn(`${name} could not be removed: ${messageOf(error)}`);
  }
}

import type { ImageDetails } from '../engine/engine.ts';
import { messageOf, StiError } from '../errors.ts';
import type { OpenedSource } from '../origin/open-source.ts';
import type { Assembled } from './assemble.ts';
import type { Builder } from './builder-stage.ts';
import { commit, readMetadata } from './commit.ts';
import { awaitContainers } from './end-session.ts';
import type { BuildResult } from './events.ts';
import { formatBytes, shortId } from './format.ts';
import { type ImageFacts, recordImageFacts } from './image-facts.ts';
import type { Job } from './job.ts';
import { keepLeftovers } from './leftovers.ts';
import type { ResolvedScript, ScriptSet } from './scripts.ts';
import { removeFolder } from './session.ts';
import type { Workplace } from './workplace.ts';

export interface CommitInputs {
  readonly place: Workplace;
  readonly builder: Builder;
  readonly facts: ImageFacts;
  readonly opened: OpenedSource;
  readonly scripts: ScriptSet;
  readonly run: ResolvedScript;
  readonly env: readonly string[];
  readonly assembled: Assembled;
  readonly previous: ImageDetails | undefined;
  readonly incremental: boolean;
  /** Takes the folder that the container had its files in; absent: it's removed. */
  readonly reclaim?: (stage: string) => Promise<void>;
}

/** From an assembled container to a tagged image; one step of the build. */
export function commitStage(job: Job, inputs: CommitInputs): Promise<Omit<BuildResult, 'steps'>> {
  const { engine, session, reporter, request, checked } = job;
  const { place, builder, opened } = inputs;
  return reporter.step('commit', async () => {
    const metadata = await readMetadata(engine, place, job.signal);
    for (const path of await inputs.assembled.changedVolumes()) {
      reporter.warn(
        `assemble wrote to ${path}, a VOLUME of the builder image: what is in a volume can't be in an image`,
      );
    }
    const leftovers = await keepLeftovers(job, place, inputs.facts, builder.image.id, inputs.scripts);
    for (const path of leftovers.lost) {
      reporter.warn(`${path}, left by assemble, is not in the image: this engine gives no way to keep it`);
    }
    job.signal.throwIfAborted();
    // Nothing reads the container's files of ours any more: they go while the engine commits.
    const { reclaim = removeFolder } = inputs;
    const tidied =
      place.stage === undefined || request.keepWorkspace ? undefined : reclaim(place.stage).catch(() => {});
    const { imageId, labels } = await commit(engine, session, place, {
      builder: builder.image,
      run: inputs.run,
      env: inputs.env,
      labelInfo: {
        image: request.builder,
        sourceLocation: opened.location,
        ...(opened.contextDir !== undefined && { contextDir: opened.contextDir }),
        ...(opened.revision !== undefined && { revision: opened.revision }),
      },
      metadata,
      labels: request.labels,
      pause: inputs.assembled.others > 0,
    });
    const bare = leftovers.kept.length === 0 && inputs.facts.content.length === 0;
    const recorded = bare ? recordImageFacts(job.cache, imageId, place.destination) : undefined;
    const image = await finish(job, imageId);
    // Not before the tag is set: the engine would be busy removing the container.
    place.standby.discard();
    await Promise.all([recorded, tidied]);
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
async function finish({ engine, checked, signal }: Job, imageId: string): Promise<ImageDetails | undefined> {
  try {
    signal.throwIfAborted();
    const [image] = await Promise.all([
      engine.inspectImage(imageId),
      checked.tag === null ? undefined : engine.tagImage(imageId, checked.tag),
    ]);
    return image;
  } catch (cause) {
    await engine.removeImage(imageId).catch(() => {});
    if (!(cause instanceof StiError) || cause.code !== 'engine-failed') throw cause;
    throw new StiError('commit', `the image could not be tagged ${checked.tag}: ${messageOf(cause)}`, { cause });
  }
}

/** `--rm`: an image that is in use or has another tag stays, with a warning. */
async function removePrevious(
  { engine, session, reporter, request, checked }: Job,
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
    await awaitContainers(engine, session);
    if ((await engine.removeImage(previous.id)) === 'in-use') reporter.warn(`${name} stays: something still uses it`);
  } catch (error) {
    reporter.warn(`${name} could not be removed: ${messageOf(error)}`);
  }
}

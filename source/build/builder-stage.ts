import type { ImageDetails } from '../engine/engine.ts';
import { type BuilderSpec, builderSpec } from '../protocol/builder-spec.ts';
import { parseScriptsUrl, type ScriptName, type ScriptUrl, scriptUrlFor } from '../protocol/script-places.ts';
import { obtainImage } from './builder-image.ts';
import { shortId } from './format.ts';
import { type ImageFacts, learnImageFacts } from './image-facts.ts';
import type { Job } from './job.ts';

/** The builder image, and what its labels and environment ask for. */
export interface Builder {
  readonly image: ImageDetails;
  readonly spec: BuilderSpec;
  readonly scriptsUrl: ScriptUrl | undefined;
}

/** Inspects or pulls the builder; one step of the build. */
export function builderStage(job: Job): Promise<Builder> {
  const { request, reporter, engine, signal } = job;
  return reporter.step('builder', async () => {
    const onStatus = (line: string) => reporter.status('builder', line);
    const image = await obtainImage(engine, request.builder, request.pullPolicy, onStatus, signal);
    const { assembleUser } = request;
    const spec = builderSpec(image, assembleUser === undefined ? {} : { assembleUser });
    const scriptsUrl =
      spec.scriptsUrl === undefined ? undefined : parseScriptsUrl(spec.scriptsUrl, 'the builder image');
    if (image.config.onBuild.length > 0) {
      reporter.warn(`${request.builder} has ONBUILD instructions, which are not run`);
    }
    return { summary: `${request.builder} · ${shortId(image.id)}`, value: { image, spec, scriptsUrl } };
  });
}

/** What the build must know of the builder's files: which scripts it has, and what is at the destination. */
export function factsStage(job: Job, builder: Builder, names: readonly ScriptName[]): Promise<ImageFacts> {
  const bases = [job.checked.scriptsUrl, builder.scriptsUrl].filter((url) => url?.scheme === 'image');
  const urls = bases.flatMap((base) => names.map((name) => scriptUrlFor(base, name)));
  const files = urls.flatMap((url) => (url.scheme === 'image' ? [url.path] : []));
  const wanted = { imageId: builder.image.id, destination: builder.spec.destination, files };
  return learnImageFacts(job.engine, job.session, job.cache, wanted, job.signal);
}

import type { ImageDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { builderSpec } from '../../protocol/builder-spec.ts';
import { labelNames } from '../../protocol/image/labels.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { parseInputFiles, type RuntimeArtifact } from '../../protocol/runtime-artifacts.ts';
import { obtainImage } from '../image/obtain.ts';
import type { Job } from '../job.ts';
import type { RuntimeRequest } from '../request.ts';
import { type Builder, checkDepth, checkUsers, ownScriptsUrl } from '../steps/builder.ts';

/** The image that what was built goes into: read as a builder is, but for who runs its script. */
export interface Runtime extends Builder {
  readonly name: string;
  readonly artifacts: readonly RuntimeArtifact[];
}

/** Inspects or pulls it. Rejects with code `builder`; `usage` when nobody says what is to go in. */
export async function obtainRuntime(
  job: Pick<Job, 'engine' | 'request' | 'reporter' | 'signal'>,
  runtime: RuntimeRequest,
): Promise<Runtime> {
  const { engine, request, reporter, signal } = job;
  const onStatus = (line: string) => reporter.status('runtime', line);
  const name = formatReference(runtime.image);
  const { platform } = request.container ?? {};
  const wanted = { policy: runtime.pullPolicy, platform, what: 'runtime image', onStatus };
  const image = await obtainImage(engine, name, wanted, signal);
  return readRuntime(job, runtime, image);
}

/** What an image that is here says. @throws StiError as {@link obtainRuntime} */
export function readRuntime(
  { engine, request }: Pick<Job, 'engine' | 'request'>,
  runtime: RuntimeRequest,
  image: ImageDetails,
): Runtime {
  const name = formatReference(runtime.image);
  const { labels, onBuild, user } = image.config;
  const spec = { ...builderSpec(image), assembleUser: runtime.user || labels[labelNames.assembleRuntimeUser] || user };
  checkDepth(name, image, engine.about.kind);
  checkUsers(name, onBuild, spec.assembleUser, request.allowedUids);
  const artifacts = runtime.artifacts.length > 0 ? runtime.artifacts : inputFiles(name, labels);
  return { name, image, spec, scriptsUrl: ownScriptsUrl(spec), artifacts };
}

function inputFiles(name: string, labels: Readonly<Record<string, string>>): RuntimeArtifact[] {
  const label = labels[labelNames.assembleInputFiles];
  if (label === undefined) {
    throw new StiError('usage', `nothing to copy into the runtime image ${name}: it has no label that says what`, {
      hint: 'Name what to copy with --runtime-artifact.',
    });
  }
  const artifacts = parseInputFiles(label);
  if (artifacts !== undefined && artifacts.length > 0) return artifacts;
  throw new StiError('builder', `the runtime image ${name} has a wrong ${labelNames.assembleInputFiles}: "${label}"`, {
    hint: 'Write absolute paths, each with a relative folder if need be: /app/shop.war:deployments;/opt/data',
  });
}

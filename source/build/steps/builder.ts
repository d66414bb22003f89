import type { EngineAbout, ImageDetails, Mount } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { formatUserRanges, isAllowedUser, onBuildUsers, type UserRange } from '../../protocol/allowed-users.ts';
import { type BuilderSpec, builderSpec } from '../../protocol/builder-spec.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { redactUrl } from '../../protocol/redact.ts';
import {
  parseScriptsUrl,
  type ScriptName,
  type ScriptUrl,
  scriptUrlFor,
  usualScripts,
} from '../../protocol/script-places.ts';
import { shortId } from '../../terminal/units.ts';
import { obtainImage } from '../image/obtain.ts';
import { type ImageProbe, probeImage } from '../image/probe.ts';
import type { Job } from '../job.ts';

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
    const name = formatReference(request.builder);
    const image = await obtainImage(engine, name, request.pullPolicy, onStatus, signal);
    checkDepth(name, image, engine.about.kind);
    const spec = builderSpec(image, request);
    checkUsers(name, image.config.onBuild, spec.assembleUser, request.allowedUids);
    checkVolumes(spec.destination, request.volumes);
    const scriptsUrl = request.imageScriptsUrl ?? ownScriptsUrl(spec);
    return { summary: `${name} · ${shortId(image.id)}`, value: { image, spec, scriptsUrl } };
  });
}

/** What the image itself says. @throws StiError `scripts` when that is no URL of scripts */
export function ownScriptsUrl({ scriptsUrl: text }: BuilderSpec): ScriptUrl | undefined {
  if (text === undefined) return undefined;
  const url = parseScriptsUrl(text);
  // Templates are for who builds to name.
  if (url !== undefined && url.scheme !== 'template') return url;
  const message = `the builder image names its scripts by "${redactUrl(text)}", which is not an http, https, file or image URL`;
  throw new StiError('scripts', message, {
    hint: 'Name a place that has them with --scripts, or correct the label of the image.',
  });
}

/** Docker's own limit; Podman's is 500. */
const dockerDepth = 125;

/** Refuses a builder on which nothing can be committed: Docker would say so (max depth exceeded) only after assemble. */
export function checkDepth(name: string, { layers }: Pick<ImageDetails, 'layers'>, kind: EngineAbout['kind']): void {
  if (kind !== 'docker' || layers.length < dockerDepth) return;
  const message = `the builder image ${name} has ${layers.length} layers: Docker allows ${dockerDepth}, and the built image would have one more`;
  throw new StiError('builder', message, {
    hint: 'Make the builder with fewer layers: join its RUN lines, or copy its files into one layer (FROM scratch, COPY --from=… / /).',
  });
}

/** Refuses what would run as a user that `--allowed-uids` doesn't name. */
export function checkUsers(
  name: string,
  instructions: readonly string[],
  assembleUser: string,
  allowed: readonly UserRange[] | undefined,
): void {
  if (allowed === undefined) return;
  const who = (user: string) => (user === '' ? 'root' : JSON.stringify(user));
  const onBuild = onBuildUsers(instructions).find((user) => !isAllowedUser(user, allowed));
  if (onBuild === undefined && isAllowedUser(assembleUser, allowed)) return;
  const what = onBuild === undefined ? `runs assemble as ${who(assembleUser)}` : `has ONBUILD USER ${onBuild}`;
  const range = formatUserRanges(allowed);
  throw new StiError('builder', `${name} ${what}, which --allowed-uids ${range} does not allow`, {
    hint: `Use a builder image whose users are numbers of ${range}, or name one with --assemble-user.`,
  });
}

/** What is mounted among the files that go in would be taken for something that assemble left. */
function checkVolumes(destination: string, volumes: readonly Mount[] = []): void {
  const wrong = volumes.find(({ target }) => `${target}/`.startsWith(`${destination}/`));
  if (wrong === undefined) return;
  throw new StiError('usage', `nothing can be mounted on ${wrong.target}: ${destination} is where the source goes`, {
    hint: 'Mount it elsewhere, or move the source away with --destination.',
  });
}

/** What the build must know of the builder's files: which scripts it has, and what is at the destination. */
export function factsStage(job: Job, builder: Builder, names: readonly ScriptName[]): Promise<ImageProbe> {
  const bases = [job.request.scriptsUrl, builder.scriptsUrl ?? usualScripts].filter((url) => url?.scheme === 'image');
  const urls = bases.flatMap((base) => names.map((name) => scriptUrlFor(base, name)));
  const { destination } = builder.spec;
  const files = [`${destination}/`, ...urls.flatMap((url) => (url.scheme === 'image' ? [url.path] : []))];
  const wanted = { imageId: builder.image.id, destination, files };
  return probeImage(job.engine, job.workspace, job.cache, wanted, job.signal);
}
